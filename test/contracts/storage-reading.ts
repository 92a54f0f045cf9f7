import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { assertNotFound, bytesOf, pseudoRandomBytes } from './storage-content.ts';
import type { StorageFixture } from './storage-fixture.ts';

const MIB = 1024 * 1024;

/** What a storage owes to its readers, and to names. */
export function storageReadingContract(at: StorageFixture): void {
  it('the URI in the facts of an object names that object', async () => {
    const { uri, generation } = await at.put(at.fresh('día 1 #2?.csv'), 'x');
    assert.equal((await at.storage.stat(uri)).generation, generation);
    assert.equal((await at.storage.stat(uri)).uri, uri);
    assert.equal(String(await bytesOf(at.storage.read(uri))), 'x');
  });

  it('chunks that were read are not changed by later ones', async () => {
    const bytes = pseudoRandomBytes(3 * MIB);
    const uri = at.fresh();
    await at.put(uri, bytes);
    const kept: Uint8Array[] = [];
    for await (const chunk of at.storage.read(uri)) kept.push(chunk);
    assert.ok(bytes.equals(Buffer.concat(kept)));
  });

  it('a range is read from start up to end', async () => {
    const uri = at.fresh();
    await at.put(uri, '0123456789');
    const ranges: readonly [{ start?: number; end?: number }, string][] = [
      [{}, '0123456789'],
      [{ start: 3 }, '3456789'],
      [{ end: 4 }, '0123'],
      [{ start: 3, end: 7 }, '3456'],
      [{ start: 9, end: 10 }, '9'],
      [{ start: 4, end: 4 }, ''],
      [{ start: 0, end: 0 }, ''],
      [{ start: 8, end: 100 }, '89'],
      [{ start: 10 }, ''],
      [{ start: 50 }, ''],
      [{ start: 50, end: 60 }, ''],
    ];
    for (const [range, expected] of ranges) {
      assert.equal(String(await bytesOf(at.storage.read(uri, range))), expected, JSON.stringify(range));
    }
  });

  it('a range across chunks is exact', async () => {
    const bytes = pseudoRandomBytes(3 * MIB);
    const uri = at.fresh();
    const { generation } = await at.put(uri, bytes);
    const [start, end] = [MIB - 5, 2 * MIB + 7];
    const range = await bytesOf(at.storage.read(uri, { generation, start, end }));
    assert.ok(bytes.subarray(start, end).equals(range));
  });

  it('a range that ends before it starts, or starts before 0, is the mistake of the caller', async () => {
    const uri = at.fresh();
    await at.put(uri, '0123456789');
    for (const range of [{ start: 5, end: 4 }, { start: -1 }, { start: 0.5 }, { end: -1 }]) {
      await assert.rejects(
        async () => bytesOf(at.storage.read(uri, range)),
        RangeError,
        JSON.stringify(range),
      );
    }
  });

  it('what is not there is OBJECT_NOT_FOUND, for stat and read, with a generation and without', async () => {
    const uri = at.fresh();
    const generation = '1700000000000000';
    await assertNotFound(() => at.storage.stat(uri));
    await assertNotFound(() => at.storage.stat(uri, { generation }));
    await assertNotFound(() => bytesOf(at.storage.read(uri)));
    await assertNotFound(() => bytesOf(at.storage.read(uri, { generation })));
  });

  it('a folder of objects is not an object', async () => {
    const uri = at.fresh('folder/object.bin');
    await at.put(uri, 'x');
    const folder = uri.slice(0, uri.lastIndexOf('/'));
    await assertNotFound(() => at.storage.stat(folder));
    await assertNotFound(() => bytesOf(at.storage.read(folder)));
  });

  it('stat and read of an aborted signal throw its reason', async () => {
    const uri = at.fresh();
    await at.put(uri, pseudoRandomBytes(3 * MIB));
    const reason = new Error('no time left');
    const isReason = (error: unknown) => error === reason;
    const signal = AbortSignal.abort(reason);
    await assert.rejects(at.storage.stat(uri, { signal }), isReason);
    await assert.rejects(bytesOf(at.storage.read(uri, { signal })), isReason);
    const abort = new AbortController();
    await assert.rejects(async () => {
      for await (const _ of at.storage.read(uri, { signal: abort.signal })) abort.abort(reason);
    }, isReason);
  });

  it('names with spaces, percent signs, hashes, question marks, unicode and deep folders are names', async () => {
    const names = [
      'with space.csv',
      '100%.csv',
      '%20.csv',
      '%2F.csv',
      'a#b.csv',
      'a?b=c.csv',
      'a+b&c.csv',
      "it's [1] {2} (3);.csv",
      'ñandú-日本語-🛫.csv',
      'no-extension',
      '.hidden',
      `${'deep/'.repeat(20)}er.csv`,
    ];
    const folder = randomUUID();
    for (const name of names) await at.put(`${at.bucket}/${folder}/${name}`, name);
    for (const name of names) {
      assert.equal(String(await bytesOf(at.storage.read(`${at.bucket}/${folder}/${name}`))), name);
    }
  });

  it('readers that stop early do not stand in the way of others', async () => {
    const uri = at.fresh();
    const bytes = pseudoRandomBytes(3 * MIB);
    await at.put(uri, bytes);
    for (let turn = 0; turn < 40; turn += 1) {
      for await (const chunk of at.storage.read(uri)) {
        assert.equal(chunk[0], bytes[0]);
        break;
      }
    }
    assert.ok(bytes.equals(await bytesOf(at.storage.read(uri))));
    const replaced = await at.put(uri, 'next');
    assert.equal((await at.storage.stat(uri)).generation, replaced.generation);
  });

  it('readers of an object that is being replaced each see one whole version', async () => {
    const uri = at.fresh();
    const version = (fill: number) => Buffer.alloc(2 * MIB + fill, fill);
    await at.put(uri, version(1));
    let isReplacing = true;
    let reads = 0;
    const readWhole = async () => {
      do {
        const bytes = await bytesOf(at.storage.read(uri));
        const fill = bytes[0] ?? 0;
        assert.ok(bytes.equals(version(fill)), `${bytes.length} bytes that begin with ${fill}`);
        reads += 1;
      } while (isReplacing);
    };
    const replace = async () => {
      for (let fill = 2; fill < 12; fill += 1) await at.put(uri, version(fill));
    };
    const replacing = replace().finally(() => {
      isReplacing = false;
    });
    await Promise.all([replacing, readWhole(), readWhole(), readWhole()]);
    assert.ok(reads >= 3);
  });
}
