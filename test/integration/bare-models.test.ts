// A model file alone is served over all three doors, and nothing is written for that but results.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
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
import { EXPORTED_MODELS, type ExportedModel, needsTable } from '../exported-models.ts';

/** Those that a person must explain, or whose columns only a CSV tells, need a manifest. */
const BARE = EXPORTED_MODELS.filter(
  (exported) => Object.keys(exported.manifest).length === 0 && !needsTable(exported),
);
const ROWS = 20;

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-bare-'));
});
after(() => rm(dir, { recursive: true, force: true }));

async function toConfig({ name, folder }: ExportedModel): Promise<Config> {
  const at = (part: string): string => join(dir, name, part);
  await mkdir(at('inbox'), { recursive: true });
  return readConfig({
    MODEL_URI: join(folder, 'model.onnx'),
    LOCAL_DATA_DIR: at('data'),
    LOCAL_INBOX_DIR: at('inbox'),
    OUTPUT_URI: at('output'),
    LOG_LEVEL: 'ERROR',
  });
}

/** What a prediction says, without its ids: its members as texts, in a fixed order. */
function toText(prediction: Readonly<Record<string, unknown>>): string {
  const { label, probability, score, value, values } = prediction;
  return [label, probability, score, value, ...((values ?? []) as unknown[])]
    .filter((member) => member !== undefined)
    .map(String)
    .join(' ');
}

async function overHttp(parts: ScoreParts, instances: readonly unknown[]): Promise<string[]> {
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
    const answer = await fetch(`http://127.0.0.1:${port}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ instances }),
    });
    const body = (await answer.json()) as { predictions?: Record<string, unknown>[]; error?: string };
    assert.equal(answer.status, 200, body.error);
    return (body.predictions ?? []).map(toText);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function overMessage(
  parts: ScoreParts,
  config: Config,
  instances: readonly unknown[],
): Promise<string[]> {
  const message = {
    id: 'm',
    data: Buffer.from(JSON.stringify({ instances })),
    attributes: {},
    publishTime: undefined,
    orderingKey: undefined,
    subscription: undefined,
  };
  await parts.scoreMessage(message, AbortSignal.timeout(60_000));
  const texts: string[] = [];
  for await (const each of readTopic(topicPath(config.dataDir, config.predictionsTopic), { from: 0 })) {
    texts.push(toText(JSON.parse(Buffer.from(each.message.data).toString()) as Record<string, unknown>));
  }
  return texts;
}

async function overFile(parts: ScoreParts, config: Config, instances: readonly unknown[]): Promise<string[]> {
  const names = await parts.scorer.withModel(async ({ schema }) =>
    schema.columns.length > 0 ? schema.columnNames : schema.featureNames,
  );
  const rows = instances.map((instance) =>
    names.map((name, index) =>
      String((Array.isArray(instance) ? instance[index] : Reflect.get(Object(instance), name)) ?? ''),
    ),
  );
  const path = join(config.inboxDir, 'rows.csv');
  await writeFile(path, `${[names, ...rows].map((row) => row.join(',')).join('\n')}\n`);
  const { generation } = await createLocalStorage().stat(path);
  const attributes = {
    eventType: 'OBJECT_FINALIZE',
    bucketId: INBOX_BUCKET,
    objectId: 'rows.csv',
    objectGeneration: generation,
  };
  const notification = { id: 'o', data: Buffer.alloc(0), attributes };
  const rest = { publishTime: undefined, orderingKey: undefined, subscription: undefined };
  await parts.batch.notified({ ...notification, ...rest }, AbortSignal.timeout(60_000));
  const text = await readFile(join(config.outputUri, 'rows', generation, 'predictions.csv'), 'utf8');
  const [, ...lines] = text.trimEnd().split('\n');
  return lines.map((line) => line.split(',').slice(names.length).join(' '));
}

describe('a model file alone', () => {
  it('is enough for at least 18 of the exported models', () => {
    assert.ok(BARE.length >= 18, `${BARE.length} of ${EXPORTED_MODELS.length}`);
  });

  for (const exported of BARE) {
    it(`of ${exported.name} is served over all three doors`, async () => {
      const before = readdirSync(exported.folder);
      const config = await toConfig(exported);
      const parts = await composeScore(config);
      const instances = exported.instances.slice(0, ROWS);
      const answers = await overHttp(parts, instances);
      assert.equal(answers.length, ROWS);
      assert.deepEqual(await overMessage(parts, config, instances), answers);
      assert.deepEqual(await overFile(parts, config, instances), answers);
      const { labels } = exported.expected;
      if (labels !== undefined) {
        assert.deepEqual(
          answers.map((answer) => answer.split(' ')[0]),
          labels.slice(0, ROWS).map(String),
        );
      }
      assert.deepEqual(readdirSync(exported.folder), before);
      await parts.scorer.withModel((model) => model.release());
    });
  }
});
