import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ListOptions, ObjectInfo } from '../../src/ports/storage.ts';
import { bytesOf } from './storage-content.ts';
import type { StorageFixture } from './storage-fixture.ts';

/** What a storage lists. */
export function storageListingContract(at: StorageFixture): void {
  const list = async (prefix: string, options: ListOptions = {}): Promise<ObjectInfo[]> => {
    const found: ObjectInfo[] = [];
    for await (const info of at.storage.list(prefix, options)) found.push(info);
    return found;
  };
  /** A folder of objects of these names, each with its name as content. */
  const putAll = async (names: readonly string[]): Promise<string> => {
    const folder = at.fresh('list');
    for (const name of names) await at.put(`${folder}/${name}`, name);
    return folder;
  };
  const contents = async (infos: readonly ObjectInfo[]): Promise<string[]> =>
    Promise.all(infos.map(async ({ uri }) => String(await bytesOf(at.storage.read(uri)))));

  it('objects below a folder are listed with their names ascending by bytes', async () => {
    const names = ['a!.csv', 'a-b', 'a.csv', 'a/1', 'a/b/2', 'a/b.csv', 'a0', 'B', 'b', 'é', 'ﬁ', '🛫', '~'];
    const folder = await putAll(names.toReversed());
    const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(await contents(await list(`${folder}/`)), sorted);
  });

  it('a listed object has the facts that stat gives', async () => {
    const uri = at.fresh('día 1 #2?.csv');
    await at.storage.write(uri, Buffer.from('a,b\n'), {
      contentType: 'text/x-part',
      metadata: { rows: '12' },
    });
    const [listed] = await list(uri);
    assert.deepEqual({ ...listed, metadata: { ...listed?.metadata } }, { ...(await at.storage.stat(uri)) });
  });

  it('an object has the time when it was written', async () => {
    const uri = at.fresh('timed');
    const before = Date.now();
    const { generation } = await at.put(uri, 'x');
    const { updatedMs = 0 } = await at.storage.stat(uri, { generation });
    const [listed] = await list(uri);
    assert.ok(Math.abs(updatedMs - before) < 60_000, `${updatedMs}`);
    assert.equal(listed?.updatedMs, updatedMs);
  });

  it('a prefix is the beginning of a name, and no pattern', async () => {
    const folder = await putAll(['part-1.csv', 'part-1/x', 'part-10', 'part-2', 'part*', 'p']);
    for (const [prefix, expected] of [
      ['part-1', ['part-1.csv', 'part-1/x', 'part-10']],
      ['part-1/', ['part-1/x']],
      ['part*', ['part*']],
      ['part-2', ['part-2']],
      ['part-3', []],
      ['nowhere/', []],
    ] as const) {
      assert.deepEqual(await contents(await list(`${folder}/${prefix}`)), expected, prefix);
    }
  });

  it('what was removed is not listed, what was replaced is listed once', async () => {
    const folder = await putAll(['a', 'b', 'c']);
    await at.storage.remove(`${folder}/a`);
    await at.put(`${folder}/b`, 'new');
    assert.deepEqual(await contents(await list(`${folder}/`)), ['new', 'c']);
  });

  it('versions of an object are listed oldest first, where the bucket keeps them', async () => {
    const folder = at.fresh('list');
    const written: string[] = [];
    for (const content of ['1', '22', '333', '4444']) {
      written.push((await at.put(`${folder}/manifest.json`, content)).generation);
    }
    await at.put(`${folder}/manifest.json.bak`, 'x');
    const versions = await list(`${folder}/manifest.json`, { versions: true });
    assert.deepEqual(
      versions.map(({ generation }) => generation).slice(0, -1),
      at.keepsVersions ? written : written.slice(-1),
    );
    assert.equal(versions.at(-1)?.size, 1);
    await at.storage.remove(`${folder}/manifest.json`);
    const left = await list(`${folder}/manifest.json`, { versions: true });
    assert.equal(left.length, at.keepsVersions ? written.length + 1 : 1);
    assert.equal((await list(`${folder}/manifest.json`)).length, 1);
  });

  it('a listing of an aborted signal throws its reason, and one that is left early stands in nobody’s way', async () => {
    const folder = await putAll(['a', 'b', 'c']);
    const reason = new Error('no time left');
    await assert.rejects(
      list(`${folder}/`, { signal: AbortSignal.abort(reason) }),
      (error) => error === reason,
    );
    for await (const { size } of at.storage.list(`${folder}/`)) {
      assert.equal(size, 1);
      break;
    }
    assert.equal((await list(`${folder}/`)).length, 3);
  });
}
