// Uploads in pieces to a server that stores less than it gets, forgets and breaks connections.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { chunks, crc32cOf, pseudoRandomBytes } from '../contracts/storage-content.ts';
import { type Fate, type FaultyServer, type SeenRequest, startFaultyServer } from '../servers/faulty-gcs.ts';
import { apiError, assertFails, PATIENCE } from './gcs-faults.ts';

const MIB = 1024 * 1024;
const QUANTUM = 256 * 1024;
const UNAVAILABLE = apiError(503, 'backendError', 'We encountered an internal error.');

/** One upload as a server keeps it. */
interface Kept {
  stored: Buffer;
  object: Record<string, unknown> | undefined;
}

describe('uploads in pieces', () => {
  let server: FaultyServer;
  let storage: Storage;
  before(async () => {
    server = await startFaultyServer(() => assert.fail('there is no server behind'));
    storage = createGcsStorage({ emulatorHost: server.host, patience: PATIENCE });
  });
  after(() => server.stop());

  /** A server that takes so much of each piece; `fault` comes before it, or nothing. */
  const serve = (
    kept: Kept,
    mostBytes: number,
    fault: (request: SeenRequest, index: number) => Fate | undefined,
  ) => {
    let description: Record<string, unknown> = {};
    const toObject = () => ({
      name: 'o',
      generation: '7',
      size: String(kept.stored.length),
      crc32c: crc32cOf(kept.stored),
      ...description,
    });
    server.decide((request, index): Fate => {
      const fate = fault(request, index);
      if (fate !== undefined) return fate;
      if (request.method === 'GET') {
        return kept.object === undefined
          ? apiError(404, 'notFound', 'No such object: b/o')
          : { status: 200, body: JSON.stringify(kept.object) };
      }
      if (request.method === 'POST') {
        description = JSON.parse(request.body.toString()) as Record<string, unknown>;
        return { status: 200, headers: { location: `${server.origin}/session` } };
      }
      const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(request.headers['content-range'] ?? '');
      assert.ok(range, request.headers['content-range']);
      if (range[1] !== undefined) {
        assert.equal(Number(range[1]), kept.stored.length);
        assert.equal(Number(range[2]) + 1, kept.stored.length + request.body.length);
        if (range[3] === '*') assert.equal(request.body.length % QUANTUM, 0);
        kept.stored = Buffer.concat([kept.stored, request.body.subarray(0, mostBytes)]);
      }
      if (range[3] === String(kept.stored.length)) {
        kept.object = toObject();
        return { status: 200, body: JSON.stringify(kept.object) };
      }
      const last = kept.stored.length - 1;
      return { status: 308, headers: last < 0 ? {} : { range: `bytes=0-${last}` } };
    });
  };
  const isPut = ({ method }: SeenRequest) => method === 'PUT';
  const isQuery = ({ headers }: SeenRequest) => headers['content-range'] === 'bytes */*';
  const bytes = pseudoRandomBytes(9 * MIB + 5);

  it('send again what a server did not store', async () => {
    const kept: Kept = { stored: Buffer.alloc(0), object: undefined };
    serve(kept, 3 * MIB, () => undefined);
    const result = await storage.write('gs://bucket/o', chunks([bytes]));
    assert.ok(result.written);
    assert.ok(bytes.equals(kept.stored));
  });

  for (const [name, fault] of [
    ['503', UNAVAILABLE],
    ['a broken connection', { drop: true }],
  ] as const) {
    it(`ask after ${name} how much arrived, and send the rest`, async () => {
      const kept: Kept = { stored: Buffer.alloc(0), object: undefined };
      let puts = 0;
      serve(kept, Infinity, (request) => {
        if (!isPut(request) || isQuery(request)) return undefined;
        puts += 1;
        if (puts === 1) kept.stored = request.body.subarray(0, QUANTUM); // it got so far
        return puts === 1 || puts === 3 ? fault : undefined;
      });
      const result = await storage.write('gs://bucket/o', chunks([bytes]));
      assert.ok(result.written);
      assert.ok(bytes.equals(kept.stored));
      assert.equal(server.seen.filter(isQuery).length, 2);
    });
  }

  for (const [name, isForgotten] of [
    ['is still known', false],
    ['is known no more', true],
  ] as const) {
    it(`count as written when only the last answer was lost, and the upload ${name}`, async () => {
      const kept: Kept = { stored: Buffer.alloc(0), object: undefined };
      let isLost = false;
      serve(kept, Infinity, (request) => {
        if (isPut(request) && isQuery(request)) {
          if (isForgotten) return { status: 410 };
          return { status: 200, body: JSON.stringify(kept.object) };
        }
        if (!isPut(request) || isLost || !request.headers['content-range']?.endsWith(`/${bytes.length}`))
          return undefined;
        isLost = true;
        kept.stored = Buffer.concat([kept.stored, request.body]);
        const { metadata } = JSON.parse(
          server.seen.find(({ method }) => method === 'POST')?.body.toString() ?? '',
        ) as {
          metadata: Record<string, string>;
        };
        kept.object = {
          name: 'o',
          generation: '7',
          size: String(bytes.length),
          crc32c: crc32cOf(bytes),
          metadata,
        };
        return { drop: true };
      });
      const result = await storage.write('gs://bucket/o', chunks([bytes]), { ifGenerationMatch: '0' });
      assert.ok(result.written);
      assert.equal(result.object.generation, '7');
      assert.deepEqual(result.object.metadata, {});
    });
  }

  for (const [name, fault, says] of [
    ['stores nothing', { status: 308 }, /the server stores nothing more, 5 times/],
    [
      'is never there',
      UNAVAILABLE,
      /answered 503 \(backendError: We encountered an internal error\.\), 5 times/,
    ],
    ['has forgotten the upload', { status: 404 }, /the server has forgotten the upload/],
    [
      'tells of more than it got',
      { status: 308, headers: { range: 'bytes=0-99999999' } },
      /holds 100000000 bytes where/,
    ],
  ] as const) {
    it(`are STORAGE_FAILED when the server ${name}`, async () => {
      const kept: Kept = { stored: Buffer.alloc(0), object: undefined };
      serve(kept, Infinity, (request) => (isPut(request) ? fault : undefined));
      await assertFails('STORAGE_FAILED', says, () => storage.write('gs://bucket/o', chunks([bytes])));
    });
  }

  it('end when another writer was faster at the last moment', async () => {
    const kept: Kept = { stored: Buffer.alloc(0), object: undefined };
    const theirs = { name: 'o', generation: '8', size: '1', crc32c: 'AAAAAA==' };
    serve(kept, Infinity, ({ headers }) => {
      if (!headers['content-range']?.endsWith(`/${bytes.length}`)) return undefined;
      kept.object = theirs;
      return apiError(412, 'conditionNotMet', 'At least one of the pre-conditions did not hold.');
    });
    const result = await storage.write('gs://bucket/o', chunks([bytes]), { ifGenerationMatch: '0' });
    assert.equal(result.written, false);
    assert.equal(result.object?.generation, '8');
    kept.stored = Buffer.alloc(0);
    // its bytes can't be read a second time
    await assertFails('STORAGE_FAILED', /another writer replaced it meanwhile/, () =>
      storage.write('gs://bucket/o', chunks([bytes])),
    );
  });
});
