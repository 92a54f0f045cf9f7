// What requests and answers carry beside their bodies.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type FunctionServer, startServer } from './function-server.ts';

const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const PAGE = 'https://app.example.com';
const JSON_TYPE = { 'content-type': 'application/json' };

let server: FunctionServer;
before(async () => {
  server = await startServer('predict', {
    environment: { CORS_ORIGINS: `${PAGE}, https://b.example.com:8443` },
  });
});
after(() => server.stop());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(server.url + path, init);
}

describe('a request', () => {
  it('may be compressed, whatever it holds', async () => {
    const plain = await (await ask('/predict', { method: 'POST', headers: JSON_TYPE, body: FLIGHT })).text();
    for (const [encoding, body] of [
      ['gzip', gzipSync(FLIGHT)],
      ['br', brotliCompressSync(FLIGHT)],
    ] as const) {
      const headers = { ...JSON_TYPE, 'content-encoding': encoding };
      const answer = await ask('/predict', { method: 'POST', headers, body });
      assert.equal(await answer.text(), plain);
    }
    const csv = await ask('/predict', {
      method: 'POST',
      headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
      body: gzipSync('OPERA,TIPOVUELO,MES\nGrupo LATAM,I,7\n'),
    });
    assert.match(await csv.text(), /^OPERA,TIPOVUELO,MES,label,probability\nGrupo LATAM,I,7,1,0\.\d+\n$/);
  });

  it('that is not what its Content-Encoding says is told so', async () => {
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const answer = await ask('/predict', { method: 'POST', headers, body: FLIGHT });
    assert.equal(answer.status, 400);
    assert.equal(((await answer.json()) as { code: string }).code, 'INVALID_COMPRESSION');
  });

  it('keeps its id, or gets one of its own', async () => {
    const given = await ask('/health', { headers: { 'x-request-id': 'flight-7' } });
    assert.equal(given.headers.get('x-request-id'), 'flight-7');
    const [first, second] = await Promise.all([ask('/health'), ask('/nowhere')]);
    const ids = [first, second].map(({ headers }) => headers.get('x-request-id') ?? '');
    for (const id of ids) assert.match(id, /^[0-9a-f-]{36}$/);
    assert.notEqual(ids[0], ids[1]);
    const odd = await ask('/health', { headers: { 'x-request-id': 'x'.repeat(129) } });
    assert.match(odd.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('OPTIONS tells what a path takes', async () => {
    for (const [path, allow] of [
      ['/predict', 'POST, OPTIONS'],
      ['/ready', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const answer = await ask(path, { method: 'OPTIONS' });
      assert.deepEqual([answer.status, answer.headers.get('allow')], [204, allow]);
    }
    assert.equal((await ask('/nowhere', { method: 'OPTIONS' })).status, 404);
  });

  it('HEAD is answered as GET is, without a body', async () => {
    const [head, get] = await Promise.all([ask('/health', { method: 'HEAD' }), ask('/health')]);
    assert.equal(head.headers.get('content-length'), String((await get.text()).length));
    assert.equal(await head.text(), '');
  });
});

describe('a page of another origin', () => {
  it('may ask when it is named, and see the headers of the answer', async () => {
    const asked = await ask('/predict', {
      method: 'OPTIONS',
      headers: { origin: PAGE, 'access-control-request-method': 'POST' },
    });
    assert.equal(asked.headers.get('access-control-allow-origin'), PAGE);
    assert.match(asked.headers.get('access-control-allow-headers') ?? '', /Content-Type/);
    const headers = { ...JSON_TYPE, origin: PAGE };
    const answer = await ask('/predict', { method: 'POST', headers, body: FLIGHT });
    assert.equal(answer.headers.get('access-control-allow-origin'), PAGE);
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /X-Model/);
    assert.equal(answer.headers.get('vary'), 'Origin');
    const failed = await ask('/predict', { method: 'POST', headers, body: '{' });
    assert.deepEqual([failed.status, failed.headers.get('access-control-allow-origin')], [400, PAGE]);
  });

  it('may not when it is another, and a cache may not mix them up', async () => {
    const answer = await ask('/predict', {
      method: 'POST',
      headers: { ...JSON_TYPE, origin: 'https://evil.example.com' },
      body: FLIGHT,
    });
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
    assert.equal(answer.headers.get('vary'), 'Origin');
  });
});
