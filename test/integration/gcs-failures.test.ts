// What the adapter of Cloud Storage makes of aborts and refusals, for each of its operations.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { bytesOf, chunks } from '../contracts/storage-content.ts';
import { freePort } from '../free-port.ts';
import { type Fate, type FaultyServer, startFaultyServer } from '../servers/faulty-gcs.ts';
import { apiError, assertFails, PATIENCE } from './gcs-faults.ts';

const URI = 'gs://bucket/a b/ñ#1?.csv';
const STAT = {
  status: 200,
  body: JSON.stringify({ name: 'a b/ñ#1?.csv', generation: '7', size: '1', crc32c: 'AAAAAA==' }),
};

/** An operation, the method of the request that it is about, and what a refusal of that tells. */
interface Operation {
  run(storage: Storage, signal?: AbortSignal): Promise<unknown>;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly says: RegExp;
}

const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
const OPERATIONS: Readonly<Record<string, Operation>> = {
  stat: {
    run: (storage, signal) => storage.stat(URI, options(signal)),
    method: 'GET',
    says: /^Cannot read gs:\/\/bucket\/a b\/.*storage\.objects\.get/,
  },
  read: {
    run: (storage, signal) => bytesOf(storage.read(URI, options(signal))),
    method: 'GET',
    says: /^Cannot read gs:\/\/bucket\/a b\/.*storage\.objects\.get/,
  },
  write: {
    run: (storage, signal) => storage.write(URI, Buffer.from('x'), options(signal)),
    method: 'POST',
    says: /^Cannot write gs:\/\/bucket\/a b\/.*storage\.objects\.create/,
  },
  'write in pieces': {
    run: (storage, signal) => storage.write(URI, chunks([Buffer.alloc(9 * 1024 * 1024)]), options(signal)),
    method: 'POST',
    says: /^Cannot write gs:\/\/bucket\/a b\/.*storage\.objects\.create/,
  },
  remove: {
    run: (storage, signal) => storage.remove(URI, options(signal)),
    method: 'DELETE',
    says: /^Cannot remove gs:\/\/bucket\/a b\/.*storage\.objects\.delete/,
  },
  compose: {
    run: (storage, signal) => storage.compose(URI, [URI], options(signal)),
    method: 'POST',
    says: /^Cannot write gs:\/\/bucket\/a b\/.*storage\.objects\.create/,
  },
  list: {
    run: async (storage, signal) => {
      for await (const _ of storage.list('gs://bucket/a b/', options(signal)));
    },
    method: 'GET',
    says: /^Cannot list gs:\/\/bucket\/a b\/.*storage\.objects\.list/,
  },
};

describe('the adapter of Cloud Storage', () => {
  let server: FaultyServer;
  let storage: Storage;
  before(async () => {
    server = await startFaultyServer(() => assert.fail('there is no server behind'));
    storage = createGcsStorage({ emulatorHost: server.host, patience: PATIENCE });
  });
  after(() => server.stop());

  for (const [name, { run, method, says }] of Object.entries(OPERATIONS)) {
    describe(name, () => {
      /** What an operation looks at first is there; what it is about meets this fate. */
      const decide = (fateOf: () => Fate): void =>
        server.decide((request) => (request.method === method ? fateOf() : STAT));
      const asked = (): number => server.seen.filter((request) => request.method === method).length;

      it('ends with the reason of an abort while the server is silent, and closes its connection', async () => {
        const reason = new Error('no time left');
        const abort = new AbortController();
        decide(() => {
          abort.abort(reason);
          return { hang: true };
        });
        await assert.rejects(run(storage, abort.signal), (error) => error === reason);
        await server.seen.at(-1)?.closed;
      });

      it('ends with the reason of an abort while it waits for another try', async () => {
        const reason = new Error('no time left');
        const abort = new AbortController();
        const patient = createGcsStorage({ emulatorHost: server.host, patience: { firstDelayMs: 600_000 } });
        decide(() => {
          setTimeout(() => abort.abort(reason), 20);
          return apiError(503, 'backendError', 'Sorry.');
        });
        await assert.rejects(run(patient, abort.signal), (error) => error === reason);
        assert.equal(asked(), 1);
      });

      it('names the URI, the reason and the missing permission when it is refused', async () => {
        decide(() => apiError(403, 'forbidden', 'x@y.iam does not have access.'));
        await assertFails('STORAGE_FAILED', says, () => run(storage));
        await assertFails(
          'STORAGE_FAILED',
          /answered 403 \(forbidden: x@y\.iam does not have access\.\)/,
          () => run(storage),
        );
        decide(() => apiError(401, 'required', 'Anonymous.'));
        await assertFails('STORAGE_FAILED', /does not accept the credentials/, () => run(storage));
      });

      it('does not try again what is refused for good', async () => {
        decide(() => apiError(400, 'invalid', 'Bad.'));
        await assertFails('STORAGE_FAILED', /answered 400 \(invalid: Bad\.\)/, () => run(storage));
        assert.equal(asked(), 1);
      });

      it('gives up after a few tries when the server is not well', async () => {
        decide(() => apiError(503, 'backendError', 'Sorry.'));
        await assertFails('STORAGE_FAILED', /answered 503 \(backendError: Sorry\.\), 5 times\.$/, () =>
          run(storage),
        );
        assert.equal(asked(), 5);
      });

      it('blames the bucket when that is missing, not the object', async () => {
        decide(() => apiError(404, 'notFound', 'The specified bucket does not exist.'));
        await assertFails('STORAGE_FAILED', /its bucket does not exist/, () => run(storage));
      });

      it('says so when nobody listens', async () => {
        const nowhere = createGcsStorage({
          emulatorHost: `127.0.0.1:${await freePort()}`,
          patience: PATIENCE,
        });
        await assertFails('STORAGE_FAILED', /ECONNREFUSED.*, 5 times\.$/, () => run(nowhere));
      });

      it('says so when the server does not speak HTTP', async () => {
        const other = createServer((socket) => socket.end('220 mail ready\r\n')).listen(0, '127.0.0.1');
        await once(other, 'listening');
        const { port } = other.address() as { port: number };
        try {
          const wrong = createGcsStorage({ emulatorHost: `127.0.0.1:${port}`, patience: PATIENCE });
          await assertFails('STORAGE_FAILED', /^Cannot (read|write|remove|list) gs:/, () => run(wrong));
        } finally {
          other.close();
        }
      });
    });
  }

  for (const name of ['stat', 'write', 'write in pieces', 'compose', 'list']) {
    it(`does not take what is no answer for one: ${name}`, async () => {
      for (const body of ['<html>', '[]', '{"items":[{"name":"x"}]}']) {
        server.decide(({ method }) =>
          method === OPERATIONS[name]?.method ? { status: 200, body, headers: { location: '' } } : STAT,
        );
        await assertFails('STORAGE_FAILED', /the answer/, async () => OPERATIONS[name]?.run(storage));
      }
    });
  }
});
