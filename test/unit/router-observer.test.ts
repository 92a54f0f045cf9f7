// What a router tells of requests.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { toJsonAnswer } from '../../functions/answer.ts';
import { createRouter, type Outcome, type Route } from '../../functions/router.ts';
import { ScorerError } from '../../src/errors.ts';

let begun = 0;
let ended: Outcome[] = [];
let waiting: PromiseWithResolvers<void>;

const answering = (answer: Route['answer']): Route => ({ methods: ['GET'], answer });
const handle = createRouter(
  new Map([
    ['/', answering(async () => toJsonAnswer(200, '{}'))],
    ['/models/{model}', answering(async () => toJsonAnswer(202, '{}'))],
    ['/refuse', answering(() => Promise.reject(new ScorerError('Too much.', { code: 'OVERLOADED' })))],
    ['/code', answering(async () => ({ ...toJsonAnswer(400, '{}'), code: 'INVALID_FORM' }))],
    [
      '/cut',
      answering(async () => ({
        ...toJsonAnswer(200, ''),
        body: (function* () {
          yield Buffer.from('[');
          throw new Error('broken');
        })(),
      })),
    ],
    [
      '/body',
      answering(async (request) => {
        request.resume();
        await once(request, 'end');
        return toJsonAnswer(200, '{}');
      }),
    ],
  ]),
  ({ code }) => toJsonAnswer(code === 'INTERNAL' ? 500 : 418, '{}'),
  {
    observer: {
      begin: () => {
        begun += 1;
        return begun;
      },
      end: (_request, outcome) => {
        ended.push(outcome);
        waiting.resolve();
      },
    },
  },
);
const server = createServer((request, response) => void handle(request, response));

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
after(() => server.close());
beforeEach(() => {
  begun = 0;
  ended = [];
  waiting = Promise.withResolvers();
});

describe('an observer of a router', () => {
  for (const [name, method, path, route, status, code] of [
    ['an answer', 'GET', '/?a=1', '/', 200, undefined],
    ['OPTIONS', 'OPTIONS', '/', '/', 204, undefined],
    ['a path with a name by its pattern', 'GET', '/models/x', '/models/{model}', 202, undefined],
    ['a path that there is not', 'GET', '/nowhere/7', 'unknown', 418, 'NOT_FOUND'],
    ['a method that is not taken', 'POST', '/models/x', '/models/{model}', 418, 'METHOD_NOT_ALLOWED'],
    ['a failure', 'GET', '/refuse', '/refuse', 418, 'OVERLOADED'],
    ['an answer that tells its code', 'GET', '/code', '/code', 400, 'INVALID_FORM'],
    ['an answer that is cut', 'GET', '/cut', '/cut', 500, 'INTERNAL'],
  ] as const) {
    it(`is told of ${name}, once`, async () => {
      const { port } = server.address() as AddressInfo;
      await fetch(`http://127.0.0.1:${port}${path}`, { method })
        .then((answer) => answer.text())
        .catch(() => undefined); // cut
      await waiting.promise;
      assert.deepEqual(ended, [{ route, status, code, startMs: 1 }]);
      assert.equal(begun, 1);
    });
  }

  it('is told 499 of a client that goes away before its body has come', async () => {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const arrived = once(server, 'request');
    socket.write('GET /body HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc');
    await arrived;
    socket.destroy();
    await waiting.promise;
    assert.deepEqual(ended, [{ route: '/body', status: 499, code: undefined, startMs: 1 }]);
  });
});
