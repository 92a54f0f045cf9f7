// Rows within the manifest's bounds that the runtime can't compute with: each fails alone, at every door.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createPredictHandler } from '../../functions/http/routes.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { readTopic, topicPath } from '../../src/adapters/local/topic-file.ts';
import { scoreDocument } from '../../src/batch/score-document.ts';
import { composeScore, INBOX_BUCKET, type ScoreParts } from '../../src/compose.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { encodeField } from '../../src/model/onnx/fields.ts';
import { HEAD, integer, message, modelOf, node, text, valueInfo } from '../onnx-bytes.ts';

const [FLOAT, INT64] = [1, 7];

/** Looks up one of ten numbers: there is no eleventh. */
function lookUpModel(): Buffer {
  const values = Float32Array.from({ length: 10 }, (_, place) => place / 2);
  const table = message(
    5,
    integer(1, values.length),
    integer(2, FLOAT),
    text(8, 'table'),
    encodeField(9, [Buffer.from(values.buffer)]),
  );
  const ends = [valueInfo(11, 'place', INT64, ['N']), valueInfo(12, 'y', FLOAT, ['N'])];
  return modelOf(HEAD, message(7, node('Gather', ['table', 'place'], ['y']), text(2, 'g'), table, ...ends));
}

let dir = '';
let config: Config;
let parts: ScoreParts;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-rows-'));
  await mkdir(join(dir, 'inbox'));
  await writeFile(join(dir, 'lookup.onnx'), lookUpModel());
  config = readConfig({
    MODEL_URI: join(dir, 'lookup.onnx'),
    LOCAL_DATA_DIR: join(dir, 'data'),
    LOCAL_INBOX_DIR: join(dir, 'inbox'),
    OUTPUT_URI: join(dir, 'output'),
    LOG_LEVEL: 'ERROR',
  });
  parts = await composeScore(config);
});
after(async () => {
  await parts.scorer.withModel((model) => model.release());
  await rm(dir, { recursive: true, force: true });
});

const PLACES = [1, 2, 10, 3, 4, 99, 5];
const instances = PLACES.map((place) => ({ place }));

async function post(body: object): Promise<{ status: number; answer: Record<string, unknown> }> {
  const handler = createPredictHandler({
    ...parts,
    loadDocumentScorer: async () => scoreDocument,
    corsOrigins: [],
    project: 'p',
  });
  const server = createServer((request, response) => void handler(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo; // it listens
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${port}/predict`, init);
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const noRest = { publishTime: undefined, orderingKey: undefined, subscription: undefined };

describe('a row that the runtime refuses', () => {
  it('fails alone over HTTP, and fails its request where that asks for it', async () => {
    const partial = await post({ instances, parameters: { on_error: 'partial' } });
    assert.equal(partial.status, 200);
    const predictions = partial.answer['predictions'] as { value?: number; error?: { code: string } }[];
    assert.deepEqual(
      predictions.map(({ value, error }) => value ?? error?.code),
      [0.5, 1, 'INVALID_VALUE', 1.5, 2, 'INVALID_VALUE', 2.5],
    );
    const all = await post({ instances });
    assert.deepEqual([all.status, all.answer['code'], all.answer['error_count']], [400, 'INVALID_VALUE', 2]);
    assert.match(
      String(all.answer['error']),
      /^2 of 7 rows cannot be scored\. Row 2: expected values that the model can compute with/,
    );
  });

  it('becomes a dead letter, and the rest of its message predictions', async () => {
    const data = Buffer.from(JSON.stringify({ instances }));
    await parts.scoreMessage({ id: 'm', data, attributes: {}, ...noRest }, AbortSignal.timeout(30_000));
    const read = async (topic: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const each of readTopic(topicPath(config.dataDir, topic), { from: 0 })) {
        found.push(Buffer.from(each.message.data).toString());
      }
      return found;
    };
    const rows = (await read('predictions')).map((line) => (JSON.parse(line) as { row: number }).row);
    assert.deepEqual(rows, [0, 1, 3, 4, 6]);
    assert.deepEqual(await read('dead-letters'), ['{"place":10}', '{"place":99}']);
  });

  it('is a line of errors.csv', async () => {
    const path = join(config.inboxDir, 'places.csv');
    await writeFile(path, `place\n${PLACES.join('\n')}\n`);
    const { generation } = await createLocalStorage().stat(path);
    const attributes = {
      eventType: 'OBJECT_FINALIZE',
      bucketId: INBOX_BUCKET,
      objectId: 'places.csv',
      objectGeneration: generation,
    };
    await parts.batch.notified(
      { id: 'o', data: Buffer.alloc(0), attributes, ...noRest },
      AbortSignal.timeout(30_000),
    );
    const read = (file: string): Promise<string> =>
      readFile(join(config.outputUri, 'places', generation, file), 'utf8');
    assert.equal(await read('predictions.csv'), 'place,value\n1,0.5\n2,1\n3,1.5\n4,2\n5,2.5\n');
    const lines = (await read('errors.csv')).trimEnd().split('\n').slice(1);
    assert.deepEqual(
      lines.map((line) => line.split(',').slice(0, 3).join()),
      ['4,,INVALID_VALUE', '7,,INVALID_VALUE'],
    );
  });
});
