// The table of bad requests once more: every answer is one that the description has.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Schema, Validator } from '@cfworker/json-schema';
import { REQUESTS } from './bad-requests.ts';
import { type FunctionServer, startServer } from './function-server.ts';

interface Reference {
  readonly $ref?: string;
}

interface ResponseObject extends Reference {
  readonly headers?: Readonly<Record<string, Reference>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Description {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, ResponseObject>> }>>>
  >;
  readonly components: {
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly headers: Readonly<Record<string, { readonly required: boolean; readonly schema: object }>>;
  };
}

let server: FunctionServer;
let description: Description;
before(async () => {
  server = await startServer('predict');
  description = (await (await fetch(`${server.url}/openapi.json`)).json()) as Description;
});
after(() => server?.stop());

/** Checks an answer against what the description has for its path and method. */
async function check(path: string, method: string, answer: Response): Promise<void> {
  const text = await answer.text();
  const { paths, components } = description;
  const described = paths[path]?.[method.toLowerCase()]?.responses[answer.status];
  assert.ok(described !== undefined, `${answer.status} is not described: ${text}`);
  const name = described.$ref?.split('/').at(-1);
  const { headers = {}, content = {} } = (name === undefined ? described : components.responses[name]) ?? {};
  assert.ok('X-Request-Id' in headers);
  for (const header of Object.keys(headers)) {
    if (components.headers[header]?.required !== false) assert.ok(answer.headers.has(header), header);
  }
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  if (text === '') return;
  const schema = content[type]?.schema;
  assert.ok(schema !== undefined, `${type} is not described: ${text}`);
  const value = type === 'application/json' ? JSON.parse(text) : text;
  const { errors } = new Validator({ ...schema, components } as Schema, '2020-12', true).validate(value);
  assert.deepEqual(errors, [], text);
}

describe('the description has the answer to', () => {
  for (const { why, type, body, path: target = '/' } of REQUESTS) {
    const [path = '/'] = target.split('?');
    if (path === '/nope') continue;
    it(why, async () => {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const answer = await fetch(server.url + target, { method: 'POST', headers, body: Buffer.from(body) });
      await check(path, 'POST', answer);
    });
  }

  it('every method that a path takes, and to one that it does not take', async () => {
    for (const [path, operations] of Object.entries(description.paths)) {
      const url = server.url + path.replace('{model}', 'flight-delay').replace('{version}', '1');
      for (const method of Object.keys(operations).filter((each) => each !== 'post')) {
        const answer = await fetch(url, { method: method.toUpperCase() });
        assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
        await check(path, method, answer);
      }
      const [some = ''] = Object.keys(operations);
      await check(path, some, await fetch(url, { method: 'DELETE' }));
    }
  });
});
