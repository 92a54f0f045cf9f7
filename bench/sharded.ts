// One large CSV twice: by the command, from file to file; and as an object that is dropped into a bucket, in shards, over
// a Cloud Storage server, the Pub/Sub emulator and the built function. Both must give the same bytes.
// `npm run bench:sharded -- --gb 5 --shard-mib 64`
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createGcsStorage } from '../src/adapters/gcs/storage.ts';
import type { Job } from '../src/batch/job.ts';
import type { Storage } from '../src/ports/storage.ts';
import { freePort } from '../test/free-port.ts';
import { startServer } from '../test/integration/function-server.ts';
import { prepareGcsServer } from '../test/servers/gcs-binary.ts';
import { type PubSubServer, startPubSub } from '../test/servers/pubsub.ts';
import { CACHE, prepareDataSet, RAW_ROW_BYTES } from './csv/data-sets.ts';

const { values } = parseArgs({
  options: { gb: { type: 'string', default: '1' }, 'shard-mib': { type: 'string', default: '64' } },
});
/** Sources of one composition: Cloud Storage takes no more. */
const MAX_COMPOSED = 32;
const rows = Math.ceil((Number(values.gb) * 1e9) / RAW_ROW_BYTES);
const root = join(import.meta.dirname, '..');
const file = await prepareDataSet('raw', rows);
const { size } = await stat(file);
/** So that one composition joins them: the server copies what it composes. */
const PIECE_BYTES = Math.max(64 * 1024 * 1024, Math.ceil(size / MAX_COMPOSED));
await mkdir(join(CACHE, 'out'), { recursive: true });
const folder = await mkdtemp(join(CACHE, 'out/sharded-'));
const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true })];
try {
  const byCommand = await scoreByCommand();
  tell('scorestream score', byCommand.seconds, byCommand.peakMb);
  const dropped = await scoreByDrop();
  tell(`in ${dropped.shards} shards of ${values['shard-mib']} MiB`, dropped.seconds, dropped.peakMb);
  await assertEqual(dropped.job);
  console.log(
    `\nBoth gave the same bytes: ${dropped.job.rows?.read} rows, ${dropped.job.rows?.failed} failed.`,
  );
} finally {
  for (const each of undo.reverse()) await each();
}

function tell(how: string, seconds: number, peakMb: number): void {
  const [rate, speed] = [rows / seconds / 1000, size / seconds / 1e6];
  console.log(
    `${how}: ${(size / 1e9).toFixed(2)} GB in ${seconds.toFixed(1)} s, ${rate.toFixed(0)} k rows/s, ` +
      `${speed.toFixed(0)} MB/s, peak RSS ${peakMb.toFixed(0)} MB`,
  );
}

/** What a process had at most, in MB. Linux alone tells it. */
function peakOf(pid: number | string): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib) * 1024) / 1e6;
}

async function scoreByCommand(): Promise<{ readonly seconds: number; readonly peakMb: number }> {
  const startMs = performance.now();
  const words = [join(root, 'cli/main.ts'), 'score', file, '-o', join(folder, 'whole')];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peakMb = 0;
  const look = setInterval(() => {
    if (child.exitCode === null && child.pid !== undefined) peakMb = peakOf(child.pid);
  }, 200);
  const [code] = await once(child, 'exit');
  clearInterval(look);
  assert.equal(code, 0);
  return { seconds: (performance.now() - startMs) / 1000, peakMb };
}

interface Dropped {
  readonly job: Job;
  readonly shards: number;
  readonly seconds: number;
  readonly peakMb: number;
}

async function scoreByDrop(): Promise<Dropped> {
  const pubsub = await startPubSub();
  undo.push(() => pubsub.stop());
  const port = await freePort();
  await createTopics(pubsub, port);
  const host = await startStorage(pubsub);
  const storage = createGcsStorage({ emulatorHost: host });
  const shardBytes = Number(values['shard-mib']) * 1024 * 1024;
  const score = await startServer('score', {
    ...{ source: join(root, 'dist/functions/index.js'), port },
    modelUri: join(root, 'model-files/flight-delay'),
    environment: {
      ...{ STORAGE_EMULATOR_HOST: host, METADATA_SERVER_DETECTION: 'none' },
      ...{ PUBSUB_EMULATOR_HOST: pubsub.host, GOOGLE_CLOUD_PROJECT: pubsub.project },
      ...{ OUTPUT_URI: 'gs://out', SHARD_BYTES: String(shardBytes) },
    },
  });
  undo.push(() => score.stop());
  const uri = 'gs://drops/large.csv';
  await upload(createGcsStorage({ emulatorHost: host, patience: { silenceMs: 300_000 } }), uri);
  const startMs = performance.now();
  const { generation } = await storage.stat(uri);
  const jobUri = `gs://out/large/${generation}/job.json`;
  for (;;) {
    const found: string[] = [];
    for await (const each of storage.list(jobUri)) found.push(each.uri);
    if (found.length > 0) break;
    await wait(250);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const chunks: Uint8Array[] = [];
  for await (const chunk of storage.read(jobUri)) chunks.push(chunk);
  const job = JSON.parse(Buffer.concat(chunks).toString()) as Job; // written by encodeJob
  assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
  return { job, shards: Math.max(1, Math.ceil(size / shardBytes)), seconds, peakMb: peakOf(score.pid) };
}

/** Uploads the file in pieces that are then composed: the server takes ever longer for an upload of gigabytes. */
async function upload(storage: Storage, uri: string): Promise<void> {
  const pieces: string[] = [];
  for (let start = 0; start < size; start += PIECE_BYTES) {
    const piece = `gs://drops/pieces/${pieces.length}`;
    const end = Math.min(start + PIECE_BYTES, size) - 1;
    await storage.write(piece, createReadStream(file, { start, end, highWaterMark: 1024 * 1024 }));
    pieces.push(piece);
  }
  await storage.compose(uri, pieces, { contentType: 'text/csv' });
}

async function createTopics(pubsub: PubSubServer, port: number): Promise<void> {
  const letters = await pubsub.createTopic('dead-letters');
  for (const name of ['objects', 'shards']) {
    await pubsub.createSubscription(name, await pubsub.createTopic(name), {
      ackDeadlineSeconds: 600,
      pushConfig: { pushEndpoint: `http://127.0.0.1:${port}/${name}` },
      deadLetterPolicy: { deadLetterTopic: letters, maxDeliveryAttempts: 100 },
    });
  }
}

/** A storage server that keeps objects in files: they need not fit into memory. */
async function startStorage(pubsub: PubSubServer): Promise<string> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  for (const bucket of ['drops', 'out']) await mkdir(join(folder, 'buckets', bucket), { recursive: true });
  const words = [
    ...['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-public-host', host],
    ...['-backend', 'filesystem', '-filesystem-root', join(folder, 'buckets')],
    ...['-event.pubsub-project-id', pubsub.project, '-event.pubsub-topic', 'objects'],
    ...['-event.bucket', 'drops', '-event.list', 'finalize', '-log-level', 'error'],
  ];
  const child = spawn(await prepareGcsServer(), words, {
    // an object that is composed or uploaded is in its memory as a whole, and it would keep what that took
    env: { ...process.env, PUBSUB_EMULATOR_HOST: pubsub.host, GOGC: '25', GOMEMLIMIT: '14GiB' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  undo.push(async () => child.kill());
  const answers = (): Promise<boolean> =>
    fetch(`http://${host}/storage/v1/b`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) await wait(50);
  return host;
}

async function assertEqual({ outputs }: Job): Promise<void> {
  for (const name of ['predictions', 'errors'] as const) {
    const stored = join(folder, 'buckets', outputs?.[name].uri.replace('gs://', '') ?? '');
    const child = spawn('cmp', [stored, join(folder, 'whole', `${name}.csv`)], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    assert.equal(code, 0, `${name}.csv differs`);
  }
}
