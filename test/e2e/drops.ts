// A bucket whose notifications reach the scoring function through Pub/Sub's emulator, all of them real servers.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import type { Job } from '../../src/batch/job.ts';
import { createCrc32c } from '../../src/crc32c.ts';
import { bytesOf } from '../contracts/storage-content.ts';
import type { Output } from '../faults/ledger.ts';
import { pullFrom } from '../faults/topics.ts';
import { freePort } from '../free-port.ts';
import { type FunctionServer, startServer } from '../integration/function-server.ts';
import { startGcsServer } from '../servers/gcs.ts';
import type { PubSubServer } from '../servers/pubsub.ts';
import { until } from './served.ts';

const root = join(import.meta.dirname, '../..');
const shipped = join(root, 'model-files/flight-delay');
const source = join(root, 'dist/functions/index.js');

/** Where the test puts the model. */
export const MODEL_URI = 'gs://models/flight-delay';

/** The bucket that files are dropped into. */
const DROPS = 'drops';

/** What one file gives. */
export interface Results {
  readonly predictions: string;
  readonly errors: string;
}

/** A bucket to drop files into, and what comes of them. */
export interface Drops {
  /** The scoring function that notifications reach. */
  readonly score: FunctionServer;
  /** The prediction function with the same model. */
  readonly predict: FunctionServer;
  /** Writes an object; returns its generation. */
  drop(name: string, content: string | Uint8Array): Promise<string>;
  /** Writes one with `Content-Encoding: gzip`, as `gcloud storage cp -Z` does. */
  dropEncoded(name: string, packed: Uint8Array): Promise<string>;
  /** Publishes the notification of a generation once more. */
  notifyAgain(name: string, generation: string): Promise<void>;
  /** The verdict on a generation, once it is there and nothing is left that led to it. */
  jobOf(generation: string): Promise<Job>;
  /** What the same object gives in one piece. */
  wholeOf(name: string, generation: string): Promise<Results>;
  /** Checks that a job succeeded, with these results, and that what it says of them is true. */
  assertResults(job: Job, expected: Results): Promise<void>;
  uriOf(name: string): string;
  textOf(uri: string): Promise<string>;
  /** The URIs of all results, and of what leads to them. */
  outputs(): Promise<readonly string[]>;
  /** The dead letters that came since it was asked last. */
  letters(): Promise<readonly Output[]>;
  stop(): Promise<void>;
}

/** Starts the servers. @param shardBytes what is larger is scored in pieces */
export async function startDrops(pubsub: PubSubServer, shardBytes: number): Promise<Drops> {
  const { host, project } = pubsub;
  const port = await freePort();
  await createTopics(pubsub, port);
  const gcs = await startGcsServer({ bucket: DROPS, pubsubHost: host, project, topic: 'objects' });
  const storage = createGcsStorage({ emulatorHost: gcs.host });
  for (const bucket of [DROPS, 'models', 'out', 'whole']) await gcs.createBucket(bucket);
  for (const file of await readdir(shipped)) {
    await storage.write(`${MODEL_URI}/${file}`, await readFile(join(shipped, file)));
  }
  const common = { STORAGE_EMULATOR_HOST: gcs.host, METADATA_SERVER_DETECTION: 'none' };
  const start = (target: 'predict' | 'score', more: Record<string, string>, at = 0) =>
    startServer(target, { modelUri: MODEL_URI, source, port: at, environment: { ...common, ...more } });
  const sharded = {
    PUBSUB_EMULATOR_HOST: host,
    GOOGLE_CLOUD_PROJECT: project,
    OUTPUT_URI: 'gs://out',
    SHARD_BYTES: String(shardBytes),
  };
  const [score, predict, whole] = await Promise.all([
    start('score', sharded, port),
    start('predict', {}),
    start('score', { OUTPUT_URI: 'gs://whole' }),
  ]);

  const uriOf = (name: string): string => storage.uri(DROPS, name);
  const textOf = async (uri: string): Promise<string> => String(await bytesOf(storage.read(uri)));
  const list = async (prefix: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const { uri } of storage.list(prefix)) found.push(uri);
    return found;
  };

  async function drop(name: string, content: string | Uint8Array): Promise<string> {
    const { object } = await storage.write(uriOf(name), Buffer.from(content), { contentType: 'text/csv' });
    return object?.generation ?? '';
  }

  /** The verdict on one version, once it is there and all that led to it is gone. */
  async function jobOf(generation: string): Promise<Job> {
    let found: string | undefined;
    await until(
      async () => {
        found = (await list('gs://out/')).find((uri) => uri.endsWith(`/${generation}/job.json`));
        return found !== undefined && (await list('gs://out/_parts/')).length === 0;
      },
      () => `the verdict on ${generation}; the function said:\n${score.log().slice(-3000)}`,
    );
    return JSON.parse(await textOf(found ?? '')) as Job; // written by encodeJob
  }

  /** What the same file gives in one piece. */
  async function wholeOf(name: string, generation: string): Promise<Results> {
    assert.equal(
      await whole.notify(name, { bucketId: DROPS, objectGeneration: generation }),
      204,
      whole.log().slice(-2000),
    );
    const found = await list('gs://whole/');
    const read = (file: string): Promise<string> =>
      textOf(found.find((uri) => uri.endsWith(`/${generation}/${file}`)) ?? '');
    return { predictions: await read('predictions.csv'), errors: await read('errors.csv') };
  }

  async function assertResults(job: Job, expected: Results): Promise<void> {
    assert.equal(job.state, 'succeeded');
    const { read = -1, scored = 0, failed = 0 } = job.rows ?? {};
    assert.equal(read, scored + failed);
    for (const name of ['predictions', 'errors'] as const) {
      const output = job.outputs?.[name];
      assert.ok(output);
      const bytes = await bytesOf(storage.read(output.uri, { generation: output.generation }));
      assert.equal(String(bytes), expected[name], name);
      assert.deepEqual([output.size, output.crc32c], [bytes.length, crcOf(bytes)], name);
    }
  }

  return {
    score,
    predict,
    drop,
    jobOf,
    wholeOf,
    assertResults,
    uriOf,
    textOf,
    dropEncoded: (name, packed) => uploadEncoded(gcs.origin, name, packed),
    async notifyAgain(name, generation) {
      const attributes = {
        eventType: 'OBJECT_FINALIZE',
        bucketId: DROPS,
        objectId: name,
        objectGeneration: generation,
      };
      await pubsub.ask('POST', `projects/${project}/topics/objects:publish`, { messages: [{ attributes }] });
    },
    outputs: () => list('gs://out/'),
    letters: () => pullFrom(pubsub, 'dead-letters'),
    async stop() {
      await Promise.all([score, predict, whole].map((each) => each.stop()));
      await gcs.stop();
    },
  };
}

async function createTopics(pubsub: PubSubServer, port: number): Promise<void> {
  const letters = await pubsub.createTopic('dead-letters');
  await pubsub.createSubscription('dead-letters', letters);
  for (const name of ['objects', 'shards']) {
    await pubsub.createSubscription(name, await pubsub.createTopic(name), {
      ackDeadlineSeconds: 600,
      pushConfig: { pushEndpoint: `http://127.0.0.1:${port}/${name}` },
      deadLetterPolicy: { deadLetterTopic: letters, maxDeliveryAttempts: 100 },
    });
  }
}

async function uploadEncoded(origin: string, name: string, bytes: Uint8Array): Promise<string> {
  const boundary = 'part-of-the-test';
  const metadata = JSON.stringify({ name, contentType: 'text/csv', contentEncoding: 'gzip' });
  const answer = await fetch(`${origin}/upload/storage/v1/b/${DROPS}/o?uploadType=multipart`, {
    method: 'POST',
    headers: { 'content-type': `multipart/related; boundary=${boundary}` },
    body: Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-type: application/json\r\n\r\n${metadata}\r\n`),
      Buffer.from(`--${boundary}\r\ncontent-type: text/csv\r\n\r\n`),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { generation: string }).generation;
}

/** CRC-32C as Cloud Storage gives it. */
export function crcOf(bytes: Uint8Array): string {
  const crc = createCrc32c();
  crc.update(bytes);
  return crc.digest();
}
