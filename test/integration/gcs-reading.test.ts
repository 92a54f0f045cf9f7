// Reads from Cloud Storage over connections that break, lie and fall silent.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { bytesOf, pseudoRandomBytes } from '../contracts/storage-content.ts';
import type { Fate } from '../servers/faulty-gcs.ts';
import { describeWithGcs } from '../servers/gcs.ts';
import { apiError, assertFails, PATIENCE, setUpFaultyBucket } from './gcs-faults.ts';

const MIB = 1024 * 1024;
const PASS: Fate = { pass: true };

describeWithGcs('reads from Cloud Storage', (real) => {
  const at = setUpFaultyBucket(real, 'reading');
  const bytes = pseudoRandomBytes(3 * MIB);

  for (const [name, options, cuts] of [
    ['a whole object', {}, [MIB, 5, 1]],
    ['a range', { start: 10, end: 2 * MIB }, [MIB, 0, 7]],
    ['the end of an object', { start: MIB }, [1]],
  ] as const) {
    it(`${name} goes on at the byte where the connection broke, of the same generation`, async () => {
      const { server, storage, truth, uri } = at();
      const object = `${uri}/${name}`;
      const { object: written } = await truth.write(object, bytes);
      server.decide((_, index) => (index < cuts.length ? { cutAfter: cuts[index] ?? 0 } : PASS));
      const { start = 0, end = bytes.length }: { start?: number; end?: number } = options;
      assert.ok(bytes.subarray(start, end).equals(await bytesOf(storage.read(object, options))));
      let position = start;
      const ranges = cuts.map((cut) => {
        position += cut;
        return `bytes=${position}-${end - 1}`;
      });
      assert.deepEqual(
        server.seen.slice(1).map(({ headers }) => headers.range),
        ranges,
      );
      assert.deepEqual(
        server.seen.slice(1).map(({ query }) => query.get('generation')),
        cuts.map(() => written?.generation),
      );
    });
  }

  it('an object that is replaced while the connection is broken is not continued with another content', async () => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/replaced`;
    await truth.write(object, bytes);
    server.decide((_, index) => (index === 0 ? { cutAfter: MIB } : PASS));
    await assertFails(
      'OBJECT_NOT_FOUND',
      /^The object gs:\/\/reading\/replaced is not there\.$/,
      async () => {
        for await (const _ of storage.read(object)) await truth.write(object, Buffer.from('new'));
      },
    );
  });

  it('a reader that takes its time is not taken for a server that falls silent', async (t) => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/slow`;
    await truth.write(object, bytes);
    server.decide(() => PASS);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let size = 0;
    for await (const piece of storage.read(object)) {
      t.mock.timers.tick(10 * 60_000);
      size += piece.length;
    }
    assert.equal(size, bytes.length);
    assert.equal(server.seen.length, 1);
  });

  it('a reader that stops early closes its connection, and leaves those of others alone', async () => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/early`;
    await truth.write(object, pseudoRandomBytes(16 * MIB));
    server.decide(() => PASS);
    let hasStopped = false;
    for await (const _ of storage.read(object)) {
      if (hasStopped) continue;
      for await (const _piece of storage.read(object)) break;
      await server.seen[1]?.closed;
      hasStopped = true;
    }
    assert.equal(server.seen.length, 2);
  });

  it('an abort when all has arrived and not all is taken ends the read, and nothing else', async () => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/aborted`;
    await truth.write(object, Buffer.from('small'));
    server.decide(() => PASS);
    for (let round = 0; round < 10; round += 1) {
      const abort = new AbortController();
      const reason = new Error('no time left');
      const pieces = storage.read(object, { signal: abort.signal })[Symbol.asyncIterator]();
      assert.equal(String((await pieces.next()).value), 'small');
      abort.abort(reason);
      // the bytes may be taken for all there is; what must not be is an error that nobody can catch
      await pieces.next().catch((error: unknown) => assert.equal(error, reason));
    }
  });

  it('a connection that breaks again and again is STORAGE_FAILED after a few tries', async () => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/breaking`;
    await truth.write(object, bytes);
    server.decide(() => ({ cutAfter: 3 }));
    await assertFails('STORAGE_FAILED', /^Cannot read gs:\/\/reading\/breaking: .+, 5 times\.$/, () =>
      bytesOf(storage.read(object)),
    );
    assert.equal(server.seen.length, 5);
  });

  it('an answer that does not tell its generation is read again with the one that is there', async () => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/untold`;
    await truth.write(object, bytes);
    server.decide(() => ({ pass: true, headers: { 'x-goog-generation': undefined } }));
    assert.ok(bytes.equals(await bytesOf(storage.read(object))));
  });

  it('bytes with another checksum than the object are STORAGE_FAILED before the last of them is handed out', async () => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/damaged`;
    await truth.write(object, bytes);
    server.decide(() => ({ pass: true, headers: { 'x-goog-hash': 'crc32c=AAAAAA==,md5=x' } }));
    let handedOut = 0;
    await assertFails('STORAGE_FAILED', /CRC-32C \S+, Cloud Storage says AAAAAA==/, async () => {
      for await (const piece of storage.read(object)) handedOut += piece.length;
    });
    assert.ok(handedOut < bytes.length);
    assert.equal((await bytesOf(storage.read(object, { start: 1 }))).length, bytes.length - 1);
  });

  it('bytes from elsewhere than asked for are STORAGE_FAILED', async () => {
    const { server, storage, truth, uri } = at();
    const object = `${uri}/elsewhere`;
    await truth.write(object, bytes);
    server.decide(() => ({ pass: true, headers: { 'content-range': `bytes 0-9/${bytes.length}` } }));
    await assertFails('STORAGE_FAILED', /has the bytes from 0 on of 3145728, not from 10 on/, () =>
      bytesOf(storage.read(object, { start: 10, end: 20 })),
    );
  });

  it('what is stored as gzip is read as it is stored', async () => {
    const { server, storage, uri } = at();
    const { gzipSync } = await import('node:zlib');
    const stored = gzipSync('a,b\n1,2\n');
    const url = `${real().origin}/upload/storage/v1/b/reading/o?uploadType=media&name=a.csv.gz&contentEncoding=gzip`;
    assert.equal((await fetch(url, { method: 'POST', body: stored })).status, 200);
    server.decide(() => PASS);
    assert.ok(stored.equals(await bytesOf(storage.read(`${uri}/a.csv.gz`))));
    assert.ok(
      stored.subarray(2, 9).equals(await bytesOf(storage.read(`${uri}/a.csv.gz`, { start: 2, end: 9 }))),
    );
  });

  describe('that fail at first', () => {
    for (const [name, fate] of [
      ['503', apiError(503, 'backendError', 'We encountered an internal error.')],
      ['429', apiError(429, 'rateLimitExceeded', 'Slow down.')],
      ['a broken connection', { drop: true }],
      ['a server that falls silent', { hang: true }],
    ] as const) {
      it(`succeed after ${name}`, async () => {
        const { server, truth, uri } = at();
        const storage = createGcsStorage({
          emulatorHost: server.host,
          patience: { ...PATIENCE, silenceMs: 200 },
        });
        const object = `${uri}/${name}`;
        await truth.write(object, Buffer.from('x'));
        server.decide((_, index) => (index < 2 ? fate : PASS));
        assert.equal(String(await bytesOf(storage.read(object))), 'x');
        server.decide((_, index) => (index < 2 ? fate : PASS));
        assert.equal((await storage.stat(object)).size, 1);
      });
    }
  });
});
