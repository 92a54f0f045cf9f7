// Writes to Cloud Storage over connections that break, lie and fall silent.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  assertNotFound,
  bytesOf,
  chunks,
  crc32cOf,
  pseudoRandomBytes,
  split,
} from '../contracts/storage-content.ts';
import type { Fate, SeenRequest } from '../servers/faulty-gcs.ts';
import { describeWithGcs } from '../servers/gcs.ts';
import { apiError, assertFails, setUpFaultyBucket } from './gcs-faults.ts';

const MIB = 1024 * 1024;
const PASS: Fate = { pass: true };
const NOT_THERE = apiError(404, 'notFound', 'No such object: writing/target');
const NOT_MET = apiError(412, 'conditionNotMet', 'At least one of the pre-conditions did not hold.');

describeWithGcs('writes to Cloud Storage', (real) => {
  const at = setUpFaultyBucket(real, 'writing');
  const isUpload = ({ path }: SeenRequest) => path.startsWith('/upload/');

  for (const [name, size] of [
    ['a byte more than one piece', 8 * MIB + 1],
    ['exactly one piece', 8 * MIB],
    ['exactly two pieces', 16 * MIB],
    ['two pieces and a little', 16 * MIB + 3],
  ] as const) {
    it(`an object of ${name} comes back whole, from a stream and from an array`, async () => {
      const { server, storage, uri } = at();
      server.decide(() => PASS);
      const bytes = pseudoRandomBytes(size);
      for (const [index, source] of [bytes, chunks(split(bytes, [3 * MIB, 1, 65_536, 5 * MIB]))].entries()) {
        const object = `${uri}/${name}/${index}`;
        const result = await storage.write(object, source, {
          ifGenerationMatch: '0',
          contentType: 'text/csv',
          metadata: { rows: '1' },
        });
        assert.ok(result.written);
        assert.equal(result.object.crc32c, crc32cOf(bytes));
        assert.equal(result.object.contentType, 'text/csv');
        assert.deepEqual({ ...result.object.metadata }, { rows: '1' });
        assert.ok(bytes.equals(await bytesOf(storage.read(object))));
        const late = await storage.write(object, chunks([bytes, bytes]), { ifGenerationMatch: '0' });
        assert.equal(late.written, false);
        assert.equal(late.object?.generation, result.object.generation);
      }
    });
  }

  it('a create that landed although its answer was lost counts as written, when it is tried again', async () => {
    const { server, storage, uri } = at();
    server.decide((_, index) => (index === 0 ? { lose: true } : PASS));
    const result = await storage.write(`${uri}/landed`, Buffer.from('x'), {
      ifGenerationMatch: '0',
      metadata: { job: 'a' },
    });
    assert.ok(result.written);
    assert.equal(server.seen.filter(isUpload).length, 2);
    assert.deepEqual({ ...result.object.metadata }, { job: 'a' });
    assert.equal(result.object.generation, (await storage.stat(`${uri}/landed`)).generation);
  });

  it('a create that another writer was faster with does not, when it is tried again', async () => {
    const { server, storage, truth, uri } = at();
    server.decide((_, index) => (index === 0 ? { drop: true } : PASS));
    const write = storage.write(`${uri}/taken`, Buffer.from('ours'), { ifGenerationMatch: '0' });
    const { object } = await truth.write(`${uri}/taken`, Buffer.from('theirs'));
    const result = await write;
    assert.equal(result.written, false);
    assert.equal(result.object?.generation, object?.generation);
  });

  it('a write without a precondition carries the generation that it found, and comes after who was faster', async () => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/raced`;
    const first = await truth.write(object, Buffer.from('1'));
    const others: string[] = [];
    server.decide((request) => {
      if (!isUpload(request) || others.length >= 2) return PASS;
      others.push(request.query.get('ifGenerationMatch') ?? '');
      return NOT_MET;
    });
    const result = await storage.write(object, Buffer.from('ours'));
    assert.ok(result.written);
    assert.deepEqual(others, [first.object?.generation, first.object?.generation]);
    assert.equal(String(await bytesOf(truth.read(object))), 'ours');
    server.decide((request) => (isUpload(request) ? NOT_MET : PASS));
    await assertFails('STORAGE_FAILED', /raced: another writer replaced it meanwhile/, () =>
      storage.write(object, Buffer.from('never')),
    );
  });

  it('every write carries a precondition, a checksum and an id of its own', async () => {
    const { server, storage, uri } = at();
    server.decide(() => PASS);
    const metadata = { rows: '1' };
    const ids = new Set<string>();
    for (const bytes of [Buffer.from('123456789'), Buffer.alloc(9 * MIB)]) {
      for (const options of [{ metadata }, { metadata, ifGenerationMatch: '0' }]) {
        const object = `${uri}/${bytes.length}-${ids.size}`;
        await storage.write(object, bytes, options);
        const url = `${real().origin}/storage/v1/b/writing/o/${encodeURIComponent(object.slice(`${uri}/`.length))}`;
        const stored = (await (await fetch(url)).json()) as { metadata: Record<string, string> };
        assert.equal(stored.metadata['rows'], '1');
        ids.add(stored.metadata['scorestream-write-id'] ?? '');
      }
    }
    assert.equal(ids.size, 4);
    assert.ok([...ids].every((id) => /^[0-9a-f-]{36}$/.test(id)));
    const posts = server.seen.filter(({ method }) => method === 'POST');
    assert.deepEqual(
      posts.map(({ query }) => query.get('ifGenerationMatch')),
      ['0', '0', '0', '0'],
    );
    const whole = posts.filter(({ query }) => query.get('uploadType') === 'multipart');
    assert.ok(whole.length === 2 && whole.every(({ body }) => body.includes('"crc32c":"4waSgw=="')));
    const last = server.seen.filter(({ method }) => method === 'PUT').at(-1);
    assert.equal(last?.headers['x-goog-hash'], `crc32c=${crc32cOf(Buffer.alloc(9 * MIB))}`);
  });

  it('what was stored otherwise than it was sent is taken back, and STORAGE_FAILED', async () => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/damaged`;
    // a server that is not told the checksum, and gets another byte
    const damage = (body: Buffer): Buffer =>
      Buffer.from(body.toString('latin1').replace('"crc32c"', '"crcNNc"').replace('6789', '6780'), 'latin1');
    server.decide((request) => (isUpload(request) ? { pass: true, body: damage(request.body) } : PASS));
    await assertFails(
      'STORAGE_FAILED',
      /bytes with the CRC-32C 4waSgw== were sent, and bytes with \S+ arrived/,
      () => storage.write(object, Buffer.from('123456789')),
    );
    await assertNotFound(() => truth.stat(object));
  });

  it('a removal whose answer was lost is no fault', async () => {
    const { server, storage, truth, uri } = at();
    const { object } = await truth.write(`${uri}/removed`, Buffer.from('x'));
    server.decide(({ method }, index) => (method === 'DELETE' && index === 1 ? { lose: true } : PASS));
    const options = { ifGenerationMatch: object?.generation ?? '' };
    assert.equal(await storage.remove(`${uri}/removed`, options), 'gone');
    assert.deepEqual(
      server.seen
        .filter(({ method }) => method === 'DELETE')
        .map(({ query }) => query.get('ifGenerationMatch')),
      [object?.generation, object?.generation],
    );
  });

  it('a join whose answer was lost counts as written, and carries a precondition', async () => {
    const { server, storage, truth, uri } = at();
    await truth.write(`${uri}/part`, Buffer.from('x'));
    let joins = 0;
    server.decide(({ path }) => {
      if (!path.endsWith('/compose')) return PASS;
      joins += 1;
      // the server behind checks no precondition of a join: its second answer is what a real one gives
      return joins === 1 ? { lose: true } : NOT_MET;
    });
    const result = await storage.compose(`${uri}/joined`, [`${uri}/part`, `${uri}/part`], {
      ifGenerationMatch: '0',
    });
    assert.ok(result.written);
    assert.equal(result.object.size, 2);
    const preconditions = server.seen
      .filter(({ path }) => path.endsWith('/compose'))
      .map(({ query }) => query.get('ifGenerationMatch'));
    assert.deepEqual(preconditions, ['0', '0']);
  });

  it('a join that another writer was faster with, after it had looked, changes nothing', async () => {
    const { server, storage, truth, uri } = at();
    await truth.write(`${uri}/source`, Buffer.from('x'));
    const { object } = await truth.write(`${uri}/target`, Buffer.from('of another writer'));
    server.decide((_, index) => (index === 0 ? NOT_THERE : PASS));
    const result = await storage.compose(`${uri}/target`, [`${uri}/source`], { ifGenerationMatch: '0' });
    assert.equal(result.written, false);
    assert.equal(result.object?.generation, object?.generation);
    assert.equal(String(await bytesOf(truth.read(`${uri}/target`))), 'of another writer');
  });

  it('a removal that another writer was faster than, after it had looked, removes nothing', async () => {
    const { server, storage, truth, uri } = at();
    const name = `${uri}/replaced`;
    const { object } = await truth.write(name, Buffer.from('new'));
    const old = { name: 'replaced', generation: '1', size: '3', crc32c: object?.crc32c };
    server.decide((_, index) => (index === 0 ? { status: 200, body: JSON.stringify(old) } : PASS));
    assert.equal(await storage.remove(name, { ifGenerationMatch: '1' }), 'changed');
    assert.equal((await truth.stat(name)).generation, object?.generation);
  });
});
