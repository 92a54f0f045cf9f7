import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertNotFound, bytesOf, crc32cOf, pseudoRandomBytes } from './storage-content.ts';
import type { StorageFixture } from './storage-fixture.ts';

const MIB = 1024 * 1024;

/** What a storage does when objects are removed, and joined. */
export function storageChangesContract(at: StorageFixture): void {
  it('an object that was removed is gone; removing it again is no fault', async () => {
    const uri = at.fresh();
    const { generation } = await at.put(uri, 'x');
    assert.equal(await at.storage.remove(uri), 'removed');
    await assertNotFound(() => at.storage.stat(uri));
    await assertNotFound(() => bytesOf(at.storage.read(uri)));
    assert.equal(await at.storage.remove(uri), 'gone');
    assert.equal(await at.storage.remove(uri, { ifGenerationMatch: generation }), 'gone');
    assert.equal(await at.storage.remove(at.fresh('never/was.there')), 'gone');
  });

  it('a removal that expects the generation that is there removes it; one that expects another does not', async () => {
    const uri = at.fresh();
    const old = await at.put(uri, 'old');
    const { generation } = await at.put(uri, 'new');
    assert.equal(await at.storage.remove(uri, { ifGenerationMatch: old.generation }), 'changed');
    assert.equal((await at.storage.stat(uri)).generation, generation);
    assert.equal(await at.storage.remove(uri, { ifGenerationMatch: generation }), 'removed');
    await assertNotFound(() => at.storage.stat(uri));
  });

  it('an object that is written after its removal is a new one, with nothing of the old', async () => {
    const uri = at.fresh();
    const old = await at.storage.write(uri, Buffer.from('x'), { metadata: { rows: '1' } });
    await at.storage.remove(uri);
    const { written, object } = await at.storage.write(uri, Buffer.from('x'), { ifGenerationMatch: '0' });
    assert.equal(written, true);
    assert.notEqual(object?.generation, old.object?.generation);
    assert.deepEqual({ ...(await at.storage.stat(uri)).metadata }, {});
  });

  it('objects are joined in the order they are given, with their checksum', async () => {
    const parts = [pseudoRandomBytes(2 * MIB + 1), Buffer.alloc(0), Buffer.from('end')];
    const uris = parts.map(() => at.fresh('part.csv'));
    await Promise.all(parts.map((part, index) => at.put(uris[index] ?? '', part)));
    const uri = at.fresh('whole.csv');
    const whole = Buffer.concat(parts);
    const result = await at.storage.compose(uri, uris, {
      contentType: 'text/x-whole',
      metadata: { rows: '3' },
      ifGenerationMatch: '0',
    });
    assert.ok(result.written);
    assert.equal(result.object.size, whole.length);
    assert.equal(result.object.crc32c, crc32cOf(whole));
    const info = await at.storage.stat(uri);
    assert.equal(info.generation, result.object.generation);
    assert.equal(info.contentType, 'text/x-whole');
    assert.deepEqual({ ...info.metadata }, { rows: '3' });
    assert.ok(whole.equals(await bytesOf(at.storage.read(uri))));
    for (const part of uris) await at.storage.stat(part);
  });

  it('1 to 32 objects are joined, and no other number', async () => {
    const part = at.fresh();
    await at.put(part, 'x');
    for (const count of [1, 32]) {
      const result = await at.storage.compose(at.fresh(), Array(count).fill(part));
      assert.ok(result.written);
      assert.equal(result.object.size, count);
    }
    for (const count of [0, 33]) {
      const uri = at.fresh();
      await assert.rejects(at.storage.compose(uri, Array(count).fill(part)), RangeError);
      await assertNotFound(() => at.storage.stat(uri));
    }
  });

  it('a join that expects a generation follows it as a write does', async () => {
    const [part, uri] = [at.fresh(), at.fresh()];
    await at.put(part, 'joined');
    const present = await at.put(uri, 'present');
    for (const ifGenerationMatch of ['0', '1700000000000000']) {
      const late = await at.storage.compose(uri, [part], { ifGenerationMatch });
      assert.equal(late.written, false);
      assert.equal(late.object?.generation, present.generation);
      assert.equal(late.object?.crc32c, present.crc32c);
    }
    const { generation } = present;
    const result = await at.storage.compose(uri, [part, part], { ifGenerationMatch: generation });
    assert.ok(result.written);
    assert.notEqual(result.object.generation, generation);
    assert.ok((await at.storage.compose(uri, [part])).written);
    assert.equal(String(await bytesOf(at.storage.read(uri))), 'joined');
  });

  it('of joins at once that expect no object, one is made and the others find it', async () => {
    const uri = at.fresh();
    const parts = ['a', 'b', 'c', 'd'].map((text) => ({ text, part: at.fresh() }));
    for (const { text, part } of parts) await at.put(part, text);
    const results = await Promise.all(
      parts.map(({ part }) => at.storage.compose(uri, [part], { ifGenerationMatch: '0' })),
    );
    const winners = parts.filter((_, index) => results[index]?.written === true);
    assert.equal(winners.length, 1);
    const { generation } = await at.storage.stat(uri);
    assert.deepEqual(
      results.map((result) => result.object?.generation),
      parts.map(() => generation),
    );
    assert.equal(String(await bytesOf(at.storage.read(uri))), winners[0]?.text);
  });

  it('a join with an object that is not there is OBJECT_NOT_FOUND and writes nothing', async () => {
    const [part, uri] = [at.fresh(), at.fresh()];
    await at.put(part, 'x');
    await assertNotFound(() => at.storage.compose(uri, [part, at.fresh()]));
    await assertNotFound(() => at.storage.stat(uri));
  });

  it('removals and joins of an aborted signal throw its reason and change nothing', async () => {
    const [part, uri] = [at.fresh(), at.fresh()];
    await at.put(part, 'x');
    const reason = new Error('no time left');
    const signal = AbortSignal.abort(reason);
    await assert.rejects(at.storage.remove(part, { signal }), (error) => error === reason);
    await assert.rejects(at.storage.compose(uri, [part], { signal }), (error) => error === reason);
    await at.storage.stat(part);
    await assertNotFound(() => at.storage.stat(uri));
  });
}
