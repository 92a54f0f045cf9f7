// GET / of the prediction function, as a browser asks for it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type PageServer, publishShipped, SHIPPED, servePage } from './page-server.ts';

describe('GET /', () => {
  let server: PageServer;
  before(async () => {
    server = await servePage(SHIPPED);
  });
  after(() => server.stop());

  for (const accept of ['text/html,application/xhtml+xml', '*/*', 'application/json']) {
    it(`is the page, whatever is accepted: ${accept}`, async () => {
      const answer = await fetch(server.url, { headers: { accept } });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.match(await answer.text(), /<h1><bdi>flight-delay<\/bdi><\/h1>/);
    });
  }

  it('lets nothing else in, and tells nobody where it was', async () => {
    const { headers } = await fetch(server.url);
    assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'sha256-/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
  });

  it('is asked for again each time, and sent only where it differs', async () => {
    const { headers } = await fetch(server.url);
    const etag = headers.get('etag') ?? '';
    assert.equal(headers.get('cache-control'), 'no-cache');
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await fetch(server.url, { headers: { 'if-none-match': known } });
      assert.deepEqual([answer.status, await answer.text(), answer.headers.get('etag')], [304, '', etag]);
      assert.equal(answer.headers.get('content-length'), null);
    }
    const answer = await fetch(server.url, { headers: { 'if-none-match': '"other"' } });
    assert.equal(answer.status, 200);
  });

  it('answers HEAD as GET, without the page', async () => {
    const [head, get] = await Promise.all([fetch(server.url, { method: 'HEAD' }), fetch(server.url)]);
    const { length } = Buffer.from(await get.arrayBuffer());
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(length)]);
    assert.equal(await head.text(), '');
  });

  it('leaves POST what it was', async () => {
    const x = JSON.stringify(new Array(37).fill(0));
    const answer = await fetch(server.url, { method: 'POST', body: new URLSearchParams({ x }) });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /^\{"model_prediction":"\[\d\]","received_data":/);
    const options = await fetch(server.url, { method: 'OPTIONS' });
    assert.equal(options.headers.get('allow'), 'GET, HEAD, POST, OPTIONS');
  });
});

describe('the page', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scorestream-page-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('says why there is no model, and is there as soon as the model is', async () => {
    const server = await servePage(folder);
    const missing = await fetch(server.url);
    assert.deepEqual(
      [missing.status, missing.headers.get('retry-after'), missing.headers.get('cache-control')],
      [503, '5', 'no-store'],
    );
    assert.match(missing.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
    const text = await missing.text();
    assert.match(text, /The model is not ready/);
    assert.match(text, /manifest\.json/);
    assert.match(text, /Reload the page/);
    await publishShipped(folder);
    assert.equal((await fetch(server.url)).status, 200);
    await server.stop();
  });

  it('changes with the model', async () => {
    await publishShipped(folder, (document) => ({ ...document, version: '1' }));
    const server = await servePage(folder);
    const before = await fetch(server.url);
    assert.match(await before.text(), /Version <bdi>1<\/bdi>/);
    await publishShipped(folder, (document) => ({ ...document, version: '2' }));
    await server.refresh();
    const etag = before.headers.get('etag') ?? '';
    const now = await fetch(server.url, { headers: { 'if-none-match': etag } });
    assert.equal(now.status, 200);
    assert.match(await now.text(), /Version <bdi>2<\/bdi>/);
    await server.stop();
  });
});
