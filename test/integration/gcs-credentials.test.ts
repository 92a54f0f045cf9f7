// Where the adapter of Cloud Storage sends its requests, and with which credentials.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { ScorerError } from '../../src/errors.ts';
import { type FaultyServer, startFaultyServer } from '../servers/faulty-gcs.ts';

const ADAPTER = JSON.stringify(join(import.meta.dirname, '../../src/adapters/gcs/storage.ts'));
const STAT = {
  status: 200,
  body: JSON.stringify({ name: 'o', generation: '7', size: '1', crc32c: 'AAAAAA==' }),
};

/** What a process of its own prints that asks for an object twice: credentials are found by its environment. */
async function askFrom(endpoint: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const script = `import { createGcsStorage } from ${ADAPTER};
    const storage = createGcsStorage({ endpoint: ${JSON.stringify(endpoint)} });
    try {
      console.log((await Promise.all([storage.stat('gs://bucket/o'), storage.stat('gs://bucket/o')])).length);
    } catch (error) { console.log(error.code, error.message); }`;
  const { GOOGLE_APPLICATION_CREDENTIALS: _, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return output.trim();
}

describe('requests to Cloud Storage', () => {
  let server: FaultyServer;
  before(async () => {
    server = await startFaultyServer(() => assert.fail('there is no server behind'));
  });
  after(() => server.stop());

  it('carry the token of the account that the process runs as', async () => {
    let tokens = 0;
    const metadata = createServer(({ url = '' }, answer) => {
      const isToken = url.includes('/token');
      if (isToken) tokens += 1;
      answer.setHeader('metadata-flavor', 'Google');
      answer.setHeader('content-type', 'application/json');
      answer.end(isToken ? '{"access_token":"secret","expires_in":3600,"token_type":"Bearer"}' : '"x"');
    }).listen(0, '127.0.0.1');
    await once(metadata, 'listening');
    const { port } = metadata.address() as { port: number };
    server.decide(() => STAT);
    try {
      const output = await askFrom(server.origin, {
        GCE_METADATA_HOST: `127.0.0.1:${port}`,
        METADATA_SERVER_DETECTION: 'assume-present',
        HOME: '/nonexistent',
      });
      assert.equal(output, '2');
    } finally {
      metadata.close();
    }
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.authorization),
      ['Bearer secret', 'Bearer secret'],
    );
    assert.equal(tokens, 1);
  });

  it('are STORAGE_FAILED where there are no credentials, and say how to get some', async () => {
    server.decide(() => STAT);
    const output = await askFrom(server.origin, { METADATA_SERVER_DETECTION: 'none', HOME: '/nonexistent' });
    assert.match(
      output,
      /^STORAGE_FAILED There are no credentials for Cloud Storage: .+gcloud auth application-default login/,
    );
    assert.equal(server.seen.length, 0);
  });

  for (const toHost of [
    (host: string) => host,
    (host: string) => `http://${host}`,
    (host: string) => `http://${host}/`,
  ]) {
    it(`go to a server for tests named like ${toHost('localhost:9000')}, without credentials`, async () => {
      server.decide(() => STAT);
      await createGcsStorage({ emulatorHost: toHost(server.host) }).stat('gs://bucket/o');
      assert.deepEqual(
        server.seen.map(({ method, path, headers }) => [method, path, headers.authorization]),
        [['GET', '/storage/v1/b/bucket/o/o', undefined]],
      );
    });
  }

  it('go nowhere when that server is none', () => {
    for (const emulatorHost of ['http://', 'a b:1', '::']) {
      assert.throws(
        () => createGcsStorage({ emulatorHost }),
        (error) => {
          assert.ok(error instanceof ScorerError);
          assert.equal(error.code, 'INVALID_CONFIG');
          return true;
        },
      );
    }
  });
});
