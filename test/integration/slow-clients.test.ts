// Clients that take their time, against bounds that are short.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { LISTENER_BOUNDS } from '../../functions/listener-bounds.ts';
import { type BareListener, startBarePredict, startListener } from './listeners.ts';
import { listen, open, type Talk, talk } from './raw-http.ts';

const HOUR = 3_600_000;
const BOUNDS = { headersMs: 500, requestMs: 1000, checkMs: 10, keepAliveMs: HOUR, unreadAnswerMs: 200 };
const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const HEADERS = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n`;

let server: BareListener;
before(async () => {
  server = await startBarePredict({ bounds: BOUNDS });
});
after(() => server.stop());

function assertTimedOut({ answers, closed }: Talk): void {
  assert.ok(closed);
  assert.equal(answers.length, 1);
  assert.equal(answers[0]?.status, 408);
  assert.equal((JSON.parse(answers[0]?.body ?? '') as { code: string }).code, 'REQUEST_TIMEOUT');
}

describe('a client that', () => {
  it('says nothing is told that its time is over', async () => {
    assertTimedOut(await talk(server.url, ''));
  });

  for (const [part, begin, more] of [
    ['headers', 'GET /health HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n'],
    ['body', HEADERS, ' '],
    ['chunks', HEADERS.replace('Content-Length: 1000000', 'Transfer-Encoding: chunked'), '1\r\n \r\n'],
  ] as const) {
    it(`sends ${part} without an end is told that its time is over`, async () => {
      const socket = await open(server.url);
      socket.write(begin);
      const drip = setInterval(() => socket.write(more), 5);
      assertTimedOut(await listen(socket).finally(() => clearInterval(drip)));
    });

    it(`stops in the middle of its ${part} is told that its time is over, and others are served`, async () => {
      const timedOut = talk(server.url, begin + more);
      const headers = { 'content-type': 'application/json' };
      assert.equal((await fetch(server.url, { method: 'POST', headers, body: FLIGHT })).status, 200);
      assertTimedOut(await timedOut);
    });
  }

  it('keeps an idle connection too long finds it closed', async () => {
    const idle = await startBarePredict({ bounds: { ...BOUNDS, keepAliveMs: 1 } });
    const { answers, closed } = await talk(idle.url, 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.deepEqual([answers[0]?.status, closed], [200, true]);
    await idle.stop();
  });

  it('does not take its answer is cut', async () => {
    const { promise: sent, resolve } = Promise.withResolvers<ServerResponse>();
    const large = await startListener(
      async (_request, response) => {
        response.end(Buffer.alloc(64 * 1024 * 1024));
        resolve(response);
      },
      { bounds: BOUNDS },
    );
    const socket = await open(large.url);
    socket.pause().write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const response = await sent;
    await once(response, 'close');
    assert.equal(response.writableFinished, false);
    socket.destroy();
    await large.stop();
  });

  it('takes its answer slowly, but takes it, gets all of it', async () => {
    const size = 8 * 1024 * 1024;
    const large = await startListener(
      async (_request, response) => {
        response.writeHead(200, { 'Content-Length': size }).end(Buffer.alloc(size));
      },
      { bounds: BOUNDS },
    );
    const socket = await open(large.url);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    let taken = 0;
    socket.on('data', (chunk: Buffer) => {
      taken += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    });
    await once(socket, 'close');
    assert.ok(taken > size, String(taken));
    await large.stop();
  });
});

it('docs/http-limits.md tells the bounds', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/http-limits.md'), 'utf8');
  const { headersMs, requestMs, checkMs, keepAliveMs, unreadAnswerMs } = LISTENER_BOUNDS;
  for (const sentence of [
    `end of its headers | ${headersMs / 1000} s |`,
    `last of its body | ${requestMs / 1000} s:`,
    `looked after every ${checkMs / 1000} s.`,
    `between requests | ${keepAliveMs / 1000} s:`,
    `doesn't take | ${unreadAnswerMs / 1000} s without`,
  ])
    assert.ok(text.includes(sentence), sentence);
});
