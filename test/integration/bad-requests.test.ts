// One table of requests, with the listener in front of the framework's and without it.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { REQUESTS, type RequestRow } from './bad-requests.ts';
import { INFERENCES } from './bad-requests-oip.ts';
import { type FunctionServer, startServer } from './function-server.ts';

let front: FunctionServer;
let alone: FunctionServer;

before(async () => {
  const source = join(import.meta.dirname, 'without-listener.ts');
  [front, alone] = await Promise.all([startServer('predict'), startServer('predict', { source })]);
});

after(async () => {
  await Promise.all([front.stop(), alone.stop()]);
});

async function send(server: FunctionServer, { body, type, path = '/' }: RequestRow) {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  const answer = await fetch(server.url + path, { method: 'POST', headers, body: Buffer.from(body) });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
}

describe('a request with', () => {
  for (const row of [...REQUESTS, ...INFERENCES]) {
    it(`${row.why} is answered ${row.status}`, async () => {
      const answer = await send(front, row);
      assert.equal(answer.status, row.status, answer.text);
      assert.ok(answer.text.includes(row.says), answer.text);
      if (row.status !== 200) {
        assert.equal(answer.type, 'application/json');
        JSON.parse(answer.text);
      }
      const bare = await send(alone, row);
      if (row.withoutListener === undefined) assert.deepEqual(bare, answer);
      else {
        assert.equal(bare.status, row.withoutListener);
        assert.notEqual(
          bare.text,
          answer.text,
          'without the listener the answer is the same: drop the exception',
        );
      }
    });
  }
});

describe('the prediction function', () => {
  it('counts all bad rows and lists a hundred', async () => {
    const body = JSON.stringify({ instances: Array.from({ length: 200 }, () => [1]) });
    const { text } = await send(front, { why: '', type: 'application/json', body, status: 400, says: '' });
    const { error_count, details } = JSON.parse(text) as { error_count: number; details: unknown[] };
    assert.deepEqual([error_count, details.length], [200, 100]);
  });

  it('gives a bad row its place under on_error partial', async () => {
    const instances = [
      { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 },
      [1],
      { OPERA: 'K.L.M.', TIPOVUELO: 'I', MES: 1 },
    ];
    const body = JSON.stringify({ instances, parameters: { on_error: 'partial' } });
    const answer = await send(front, { why: '', type: 'application/json', body, status: 200, says: '' });
    const { predictions } = JSON.parse(answer.text) as {
      predictions: { label?: number; error?: { code: string } }[];
    };
    assert.equal(answer.status, 200);
    assert.deepEqual(
      predictions.map(({ label, error }) => label ?? error?.code),
      [1, 'WRONG_FEATURE_COUNT', 0],
    );
  });

  for (const [name, headers] of [
    ['with its length', { 'content-length': String(33 * 1024 * 1024) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ] as const) {
    it(`answers 413 to a body of 33 MiB sent ${name}, and goes on serving`, async () => {
      const status = await new Promise((resolve, reject) => {
        const call = request(front.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
        });
        call.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
        for (let mib = 0; mib < 33; mib += 1) call.write(Buffer.alloc(1024 * 1024, ' '));
        call.end();
      });
      assert.equal(status, 413);
      assert.equal((await fetch(`${front.url}/health`)).status, 200);
    });
  }

  it('refuses other methods with Allow', async () => {
    const answer = await fetch(`${front.url}/predict`);
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST']);
    assert.equal((await fetch(`${front.url}/ready`, { method: 'POST' })).headers.get('allow'), 'GET, HEAD');
  });

  it('names its model in a header and on the readiness page', async () => {
    const body = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
    const answer = await fetch(front.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    assert.match(answer.headers.get('x-model') ?? '', /^flight-delay\/1@[0-9a-f]{12}$/);
    const ready = (await (await fetch(`${front.url}/ready`)).json()) as { model: { digest: string } };
    assert.ok(answer.headers.get('x-model')?.endsWith(ready.model.digest));
  });

  it('leaves the icon that browsers ask for to the framework', async () => {
    const [ours, bare] = await Promise.all([front, alone].map(({ url }) => fetch(`${url}/favicon.ico`)));
    assert.deepEqual([ours?.status, await ours?.text()], [bare?.status, await bare?.text()]);
  });
});
