import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  assertNotFound,
  bytesOf,
  chunks,
  crc32cOf,
  failing,
  pseudoRandomBytes,
  split,
} from './storage-content.ts';
import type { StorageFixture } from './storage-fixture.ts';

const MIB = 1024 * 1024;

/** What a storage does with content, metadata, failing sources and aborts. */
export function storageWritingContract(at: StorageFixture): void {
  it('bytes that were written are read back, and stat agrees with the write', async () => {
    const uri = at.fresh();
    const written = await at.put(uri, 'MES,OPERA\n7,Grupo LATAM\n');
    assert.equal(String(await bytesOf(at.storage.read(uri))), 'MES,OPERA\n7,Grupo LATAM\n');
    const info = await at.storage.stat(uri);
    assert.equal(info.generation, written.generation);
    assert.equal(info.size, 24);
    assert.equal(info.uri, written.uri);
  });

  it('an empty object is an object', async () => {
    for (const source of [new Uint8Array(), chunks([]), chunks([new Uint8Array(), new Uint8Array()])]) {
      const uri = at.fresh();
      const result = await at.storage.write(uri, source);
      assert.ok(result.written);
      assert.equal(result.object.size, 0);
      assert.equal(result.object.crc32c, 'AAAAAA==');
      assert.equal((await at.storage.stat(uri)).size, 0);
      assert.equal((await bytesOf(at.storage.read(uri))).length, 0);
    }
  });

  it('an object of 5 MiB in odd chunks comes back whole, with its checksum', async () => {
    const bytes = pseudoRandomBytes(5 * MIB + 3);
    const uri = at.fresh();
    const result = await at.storage.write(uri, chunks(split(bytes, [1, 65_537, 0, 262_143, 3, 99_991])));
    assert.ok(result.written);
    assert.equal(result.object.size, bytes.length);
    assert.equal(result.object.crc32c, crc32cOf(bytes));
    assert.ok(bytes.equals(await bytesOf(at.storage.read(uri))));
  });

  it('the checksum is the CRC-32C, big-endian in base64', async () => {
    assert.equal((await at.put(at.fresh(), '123456789')).crc32c, '4waSgw==');
  });

  it('metadata and content type come back, and are replaced with the object', async () => {
    const uri = at.fresh('part.csv');
    const metadata = { rows: '12', 'input-crc32c': '4waSgw==', note: 'ñ, "quoted"\nline' };
    const result = await at.storage.write(uri, Buffer.from('a,b\n'), {
      contentType: 'text/x-part',
      metadata,
    });
    assert.ok(result.written);
    for (const info of [result.object, await at.storage.stat(uri)]) {
      assert.equal(info.contentType, 'text/x-part');
      assert.deepEqual({ ...info.metadata }, metadata);
    }
    await at.storage.write(uri, Buffer.from('a,b\n'), { contentType: 'text/csv', metadata: { rows: '13' } });
    assert.equal((await at.storage.stat(uri)).contentType, 'text/csv');
    assert.deepEqual({ ...(await at.storage.stat(uri)).metadata }, { rows: '13' });
    await at.storage.write(uri, Buffer.from('a,b\n'), { contentType: 'text/csv' });
    assert.equal((await at.storage.stat(uri)).contentType, 'text/csv');
    assert.deepEqual({ ...(await at.storage.stat(uri)).metadata }, {});
  });

  it('a source that fails leaves no object, and its error comes through', async () => {
    const failure = new Error('the source broke');
    for (const chunksBefore of [0, 1, 3]) {
      const uri = at.fresh();
      const source = failing(Array(chunksBefore).fill(Buffer.alloc(300_000, 'x')), failure);
      await assert.rejects(at.storage.write(uri, source), (error) => error === failure);
      await assertNotFound(() => at.storage.stat(uri));
    }
  });

  it('a source that fails leaves the object that was there', async () => {
    const uri = at.fresh();
    const { generation } = await at.put(uri, 'present');
    const failure = new Error('the source broke');
    await assert.rejects(at.storage.write(uri, failing([Buffer.from('x')], failure)), failure);
    assert.equal((await at.storage.stat(uri)).generation, generation);
  });

  it('an abort before, during and while waiting for the source leaves no object', async () => {
    const reason = new Error('no time left');
    const cases: Record<string, (abort: () => void) => AsyncGenerator<Uint8Array>> = {
      before: (abort) => {
        abort();
        return chunks([Buffer.from('x')]);
      },
      during: async function* (abort) {
        yield Buffer.alloc(300_000, 'x');
        abort();
        yield Buffer.alloc(300_000, 'x');
      },
      waiting: async function* (abort) {
        yield Buffer.from('x');
        abort();
        await new Promise<never>(() => {});
      },
    };
    for (const [when, makeSource] of Object.entries(cases)) {
      const uri = at.fresh();
      const abort = new AbortController();
      const source = makeSource(() => abort.abort(reason));
      const write = at.storage.write(uri, source, { signal: abort.signal });
      await assert.rejects(write, (error) => error === reason, when);
      await assertNotFound(() => at.storage.stat(uri));
    }
  });
}
