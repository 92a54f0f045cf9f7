// Which route a path finds.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { toJsonAnswer } from '../../functions/answer.ts';
import { createRouter, type Route } from '../../functions/router.ts';

describe('paths with names', () => {
  it('find their route, and the names decoded', async (t) => {
    const show = (route: string): Route => ({
      methods: ['GET'],
      answer: async (_request, _query, names) => toJsonAnswer(200, JSON.stringify([route, ...names])),
    });
    const paths = ['/v2', '/v2/models/{model}', '/v2/models/{model}/versions/{version}'];
    const routes = new Map(paths.map((path) => [path, show(path)]));
    const handle = createRouter(routes, (error) => toJsonAnswer(404, JSON.stringify([error.code])));
    const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const ask = async (path: string): Promise<unknown> => {
      const { port } = server.address() as AddressInfo;
      return (await fetch(`http://127.0.0.1:${port}${path}`)).json();
    };
    assert.deepEqual(await ask('/v2?a=1'), ['/v2']);
    assert.deepEqual(await ask('/v2/models/flight%20delay%2F2'), ['/v2/models/{model}', 'flight delay/2']);
    assert.deepEqual(await ask('/v2/models/a/versions/1?q'), [
      '/v2/models/{model}/versions/{version}',
      'a',
      '1',
    ]);
    assert.deepEqual(await ask('/v2/models/%ff'), ['/v2/models/{model}', '%ff']);
    for (const path of ['/v2/models', '/v2/models/', '/v2/models/a/b', '/x/v2/models/a', '/v2.models/a']) {
      assert.deepEqual(await ask(path), ['NOT_FOUND'], path);
    }
    assert.deepEqual(await ask('/v2/models/{model}'), ['/v2/models/{model}', '{model}']);
  });
});
