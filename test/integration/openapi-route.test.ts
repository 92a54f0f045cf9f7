// The description as the function answers it: it follows the model, it is told from the one that is known, and it is true.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createPredictHandler } from '../../functions/http/routes.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { scoreDocument } from '../../src/batch/score-document.ts';
import { createModelSource } from '../../src/model/source.ts';
import { createScorer, type Scorer } from '../../src/serving/scorer.ts';
import { copyModelFiles, publishManifest, toVariant } from '../model-variant.ts';

type Examples = Readonly<Record<string, { readonly value: unknown }>>;
type Content = Readonly<Record<string, { readonly examples: Examples }>>;

interface Described {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly requestBody: { readonly content: Content };
            readonly responses: Readonly<Record<string, { readonly content: Content }>>;
          }
        >
      >
    >
  >;
}

const storage = createLocalStorage();
let folder = '';
let scorer: Scorer;
let url = '';
let close: () => void;

/** Serves what is published in a folder, in this process. */
async function serve(uri: string) {
  const logger = { log: () => undefined };
  const source = createModelSource(storage, uri);
  const made = createScorer(source, { logger, clock: { nowMs: () => Date.now() }, refreshMs: 60_000 });
  const handle = createPredictHandler({
    ...{ scorer: made, logger, corsOrigins: [], project: 'p' },
    loadDocumentScorer: async () => scoreDocument,
  });
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens
  return { scorer: made, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scorestream-openapi-'));
  await copyModelFiles(folder);
  await publishManifest(storage, folder, await toVariant({ version: 'one', threshold: 0.5 }));
  ({ scorer, url, close } = await serve(folder));
});
after(async () => {
  close?.();
  await rm(folder, { recursive: true, force: true });
});

async function ask(init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/openapi.json`, init);
}

describe('the description', () => {
  it('answers every example as it says', async () => {
    const { paths } = (await (await ask()).json()) as Described;
    const predict = paths['/predict']?.['post'];
    assert.ok(predict !== undefined);
    const { content } = predict.requestBody;
    const answers = Object.values(predict.responses['200']?.content ?? {}).map(({ examples }) => examples);
    const known = Object.assign({}, ...answers) as Examples;
    let count = 0;
    for (const [type, { examples }] of Object.entries(content)) {
      for (const [name, { value }] of Object.entries(examples)) {
        const body =
          type === 'application/x-www-form-urlencoded'
            ? new URLSearchParams(value as Record<string, string>).toString()
            : typeof value === 'string'
              ? value
              : JSON.stringify(value);
        const answer = await fetch(`${url}/predict`, {
          method: 'POST',
          headers: { 'content-type': type },
          body,
        });
        const text = await answer.text();
        assert.equal(answer.status, 200, text);
        const said = known[name]?.value;
        assert.deepEqual(typeof said === 'string' ? text : JSON.parse(text), said, name);
        count += 1;
      }
    }
    assert.equal(count, 6);
  });

  it('is not sent again to who knows it', async () => {
    const first = await ask();
    const tag = first.headers.get('etag') ?? '';
    assert.match(tag, /^"[0-9a-f]{16}"$/);
    assert.equal(first.headers.get('cache-control'), 'no-cache');
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await ask({ headers: { 'if-none-match': known } });
      assert.deepEqual([again.status, again.headers.get('etag'), await again.text()], [304, tag, ''], known);
      assert.equal(again.headers.get('content-length'), null);
    }
    assert.equal((await ask({ headers: { 'if-none-match': '"other"' } })).status, 200);
  });

  it('has a length for who asks for its headers alone', async () => {
    const [whole, head] = [await ask(), await ask({ method: 'HEAD' })];
    const length = Buffer.byteLength(await whole.text());
    assert.deepEqual([head.status, Number(head.headers.get('content-length'))], [200, length]);
    assert.equal(await head.text(), '');
  });

  it('follows the model', async () => {
    const before = await ask();
    assert.equal(((await before.json()) as Described).info.version, 'one');
    await publishManifest(storage, folder, await toVariant({ version: 'two', threshold: 0.5 }));
    await scorer.refresh();
    const now = await ask({ headers: { 'if-none-match': before.headers.get('etag') ?? '' } });
    assert.equal(now.status, 200);
    const { info } = (await now.json()) as Described;
    assert.deepEqual([info.title, info.version], ['flight-delay', 'two']);
  });

  it('waits for a model: without one it is 503, and when to ask again', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'scorestream-openapi-'));
    const without = await serve(empty);
    try {
      const answer = await fetch(`${without.url}/openapi.json`);
      const { code } = (await answer.json()) as { readonly code: string };
      assert.deepEqual(
        [answer.status, code, answer.headers.get('retry-after')],
        [503, 'MODEL_NOT_READY', '5'],
      );
    } finally {
      without.close();
      await rm(empty, { recursive: true });
    }
  });
});
