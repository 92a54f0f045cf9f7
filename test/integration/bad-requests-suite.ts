// One table of requests, at every front: the listener alone, in front of the framework, and the framework without it.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import { REQUESTS, type RequestRow } from './bad-requests.ts';
import { LINES, VERTEX } from './bad-requests-elsewhere.ts';
import { INFERENCES } from './bad-requests-oip.ts';
import type { Fronts } from './fronts.ts';

async function send(server: { readonly url: string }, { body, type, path = '/' }: RequestRow) {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  const answer = await fetch(server.url + path, { method: 'POST', headers, body: Buffer.from(body) });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
}

/** Sends whole requests to each front, on every protocol. @param fronts there once tests run */
export function testRequests(fronts: Fronts): void {
  describe('a request with', () => {
    for (const row of [...REQUESTS, ...VERTEX, ...LINES, ...INFERENCES]) {
      it(`${row.why} is answered ${row.status}`, async () => {
        const answer = await send(fronts.front, row);
        assert.equal(answer.status, row.status, answer.text);
        assert.ok(answer.text.includes(row.says), answer.text);
        if (row.status !== 200) {
          assert.equal(answer.type, 'application/json');
          JSON.parse(answer.text);
        }
        assert.deepEqual(await send(fronts.bare, row), answer);
        const alone = await send(fronts.alone, row);
        if (row.withoutListener === undefined) assert.deepEqual(alone, answer);
        else {
          assert.equal(alone.status, row.withoutListener);
          assert.notEqual(
            alone.text,
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
      const { text } = await send(fronts.front, {
        why: '',
        type: 'application/json',
        body,
        status: 400,
        says: '',
      });
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
      const answer = await send(fronts.front, {
        why: '',
        type: 'application/json',
        body,
        status: 200,
        says: '',
      });
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
          const call = request(fronts.front.url, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers },
          });
          call.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
          for (let mib = 0; mib < 33; mib += 1) call.write(Buffer.alloc(1024 * 1024, ' '));
          call.end();
        });
        assert.equal(status, 413);
        assert.equal((await fetch(`${fronts.front.url}/health`)).status, 200);
      });
    }

    it('refuses other methods with Allow', async () => {
      const answer = await fetch(`${fronts.front.url}/predict`);
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST']);
      assert.equal(
        (await fetch(`${fronts.front.url}/ready`, { method: 'POST' })).headers.get('allow'),
        'GET, HEAD',
      );
    });

    it('names its model in a header and on the readiness page', async () => {
      const body = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
      const answer = await fetch(fronts.front.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      assert.match(answer.headers.get('x-model') ?? '', /^flight-delay\/1@[0-9a-f]{12}$/);
      const ready = (await (await fetch(`${fronts.front.url}/ready`)).json()) as {
        model: { digest: string };
      };
      assert.ok(answer.headers.get('x-model')?.endsWith(ready.model.digest));
    });

    it('leaves the icon that browsers ask for to the framework', async () => {
      const [ours, bare] = await Promise.all(
        [fronts.front, fronts.alone].map(({ url }) => fetch(`${url}/favicon.ico`)),
      );
      assert.deepEqual([ours?.status, await ours?.text()], [bare?.status, await bare?.text()]);
    });
  });
}
