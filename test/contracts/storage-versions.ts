import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertNotFound, bytesOf, chunks, crc32cOf } from './storage-content.ts';
import type { StorageFixture } from './storage-fixture.ts';

/** What a storage promises about generations and preconditions. */
export function storageVersionsContract(at: StorageFixture): void {
  it('a generation is decimal digits below 2^63, not 0', async () => {
    const { generation } = await at.put(at.fresh(), 'x');
    assert.match(generation, /^[1-9][0-9]{0,18}$/);
    assert.ok(BigInt(generation) < 2n ** 63n);
  });

  it('an object that was replaced has another generation; the old one is there where versions are kept, else not found', async () => {
    const uri = at.fresh();
    const old = await at.put(uri, 'old!');
    const seen = new Set([old.generation]);
    for (let turn = 0; turn < 5; turn += 1) seen.add((await at.put(uri, `new${turn}`)).generation);
    assert.equal(seen.size, 6);
    const { generation } = await at.storage.stat(uri);
    assert.equal(String(await bytesOf(at.storage.read(uri, { generation }))), 'new4');
    assert.equal((await at.storage.stat(uri, { generation })).generation, generation);
    const stat = () => at.storage.stat(uri, { generation: old.generation });
    const read = () => bytesOf(at.storage.read(uri, { generation: old.generation }));
    if (at.keepsVersions) {
      assert.equal((await stat()).size, 4);
      assert.equal(String(await read()), 'old!');
    } else {
      await assertNotFound(stat);
      await assertNotFound(read);
    }
  });

  it('of 20 writers that create one object, one does, and the others see what it wrote', async () => {
    for (const metadata of [{}, { job: 'a' }]) {
      const uri = at.fresh('predictions.csv');
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, writer) =>
          at.storage.write(uri, chunks([Buffer.from(`writer ${writer} `), Buffer.alloc(writer, 'x')]), {
            ifGenerationMatch: '0',
            metadata,
          }),
        ),
      );
      const winners = results.flatMap((result, writer) => (result.written ? [{ writer, result }] : []));
      assert.equal(winners.length, 1);
      const [{ writer, result }] = winners as [(typeof winners)[number]];
      for (const { object } of results) {
        assert.equal(object?.generation, result.object?.generation);
        assert.equal(object?.size, result.object?.size);
        assert.equal(object?.crc32c, result.object?.crc32c);
        assert.deepEqual({ ...object?.metadata }, metadata);
      }
      const content = String(await bytesOf(at.storage.read(uri)));
      assert.equal(content, `writer ${writer} ${'x'.repeat(writer)}`);
      assert.equal(crc32cOf(Buffer.from(content)), result.object?.crc32c);
    }
  });

  it('a create that finds an object changes nothing and says what is there', async () => {
    const uri = at.fresh();
    const present = await at.put(uri, 'present');
    const result = await at.storage.write(uri, Buffer.from('late'), { ifGenerationMatch: '0' });
    assert.equal(result.written, false);
    assert.equal(result.object?.generation, present.generation);
    assert.equal(result.object?.size, 7);
    assert.equal(result.object?.crc32c, present.crc32c);
    assert.equal(String(await bytesOf(at.storage.read(uri))), 'present');
  });

  it('a write that expects the generation that is there replaces it; one that expects another does not', async () => {
    const uri = at.fresh();
    const first = await at.put(uri, 'first');
    const second = await at.storage.write(uri, Buffer.from('second'), {
      ifGenerationMatch: first.generation,
    });
    assert.ok(second.written);
    assert.notEqual(second.object.generation, first.generation);
    const late = await at.storage.write(uri, Buffer.from('late'), { ifGenerationMatch: first.generation });
    assert.equal(late.written, false);
    assert.equal(late.object?.generation, second.object.generation);
    assert.equal(late.object?.crc32c, second.object.crc32c);
    assert.equal(String(await bytesOf(at.storage.read(uri))), 'second');
  });

  it('a write that expects a generation where nothing is writes nothing', async () => {
    const uri = at.fresh();
    const result = await at.storage.write(uri, Buffer.from('x'), { ifGenerationMatch: '1700000000000000' });
    assert.equal(result.written, false);
    assert.equal(result.object, undefined);
    await assertNotFound(() => at.storage.stat(uri));
  });

  it('of 8 writers that expect one generation, one replaces it', async () => {
    const uri = at.fresh();
    const { generation } = await at.put(uri, 'base');
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, writer) =>
        at.storage.write(uri, Buffer.from(`writer ${writer}`), { ifGenerationMatch: generation }),
      ),
    );
    const winner = results.findIndex(({ written }) => written);
    assert.equal(results.filter(({ written }) => written).length, 1);
    assert.equal(String(await bytesOf(at.storage.read(uri))), `writer ${winner}`);
  });
}
