// How the functions' processes end: asked to, or because something failed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type FunctionServer, startServer } from './function-server.ts';
import { listen, open } from './raw-http.ts';

const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const READY = 'GET /ready HTTP/1.1\r\nHost: a\r\n\r\n';
const HEAD = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${FLIGHT.length}\r\n\r\n`;

const servers: FunctionServer[] = [];
after(() => Promise.all(servers.map((server) => server.kill())));

async function start(...how: Parameters<typeof startServer>): Promise<FunctionServer> {
  const server = await startServer(...how);
  servers.push(server);
  return server;
}

/** Asks until the listener is closed: the signal has arrived. */
async function untilRefused(url: string): Promise<void> {
  for (;;) {
    const socket = await open(url).catch(() => undefined);
    if (socket === undefined) return;
    socket.destroy();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

for (const [target, signal] of [
  ['predict', 'SIGTERM'],
  ['score', 'SIGTERM'],
  ['predict', 'SIGINT'],
] as const) {
  describe(`${target}, after ${signal},`, () => {
    it('refuses new connections, says so on open ones, ends what is under way and exits with 0', async () => {
      const server = await start(target);
      const [slow, other, late] = await Promise.all([open(server.url), open(server.url), open(server.url)]);
      for (const socket of [slow, other, late]) {
        socket.write(READY); // its answer proves that the connection has been accepted
        const [answer] = await once(socket, 'data');
        assert.match(String(answer), /^HTTP\/1\.1 200 /);
      }
      const body = target === 'predict' ? FLIGHT : FLIGHT.replace('7', '13');
      slow.write((target === 'predict' ? HEAD : HEAD.replace('/predict', '/features')) + body.slice(0, 5));
      other.write(READY.slice(0, 10)); // it comes in the meantime, so the connection isn't idle
      process.kill(server.pid, signal);
      await untilRefused(server.url);
      process.kill(server.pid, signal); // a second one changes nothing

      other.write(READY.slice(10));
      const told = await listen(other);
      assert.equal(told.answers[0]?.status, 503);
      assert.match(told.answers[0]?.body ?? '', /"state":"stopping"/);
      assert.equal(told.answers[0]?.headers['connection'], 'close');
      assert.ok(told.closed);

      slow.write(body.slice(5));
      const answered = await listen(slow);
      assert.equal(answered.answers[0]?.status, target === 'predict' ? 200 : 204);
      assert.equal(answered.answers[0]?.headers['connection'], 'close');
      assert.equal((await listen(late)).closed, true); // it said nothing
      assert.deepEqual(await server.ended, [0, null]);
    });
  });
}

describe('a process in which something failed that nothing caught', () => {
  const source = join(import.meta.dirname, 'failing-function.ts');
  for (const path of ['/throw', '/reject', '/reject-nothing']) {
    it(`says so and ends with 1: ${path}`, async () => {
      const server = await start('predict', { source });
      await fetch(server.url + path).catch(() => undefined);
      assert.deepEqual(await server.ended, [1, null]);
      const line = server
        .log()
        .split('\n')
        .find((text) => text.includes('PROCESS_FAILED'));
      const { severity, cause } = JSON.parse(line ?? '{}') as { severity: string; cause: string };
      assert.equal(severity, 'ERROR');
      assert.match(cause, path === '/reject-nothing' ? /^undefined$/ : /^Error: on purpose\n +at /);
      assert.doesNotMatch(server.log(), /Process exited with code|Uncaught exception/);
    });
  }
});
