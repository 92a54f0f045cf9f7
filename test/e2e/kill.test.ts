// kill -9 in the middle of a stream and of a file, then a restart: nothing lost, nothing half.
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readTopic, topicPath } from '../../src/adapters/local/topic-file.ts';
import { isClosed, runCli, type Served, serveIn, until } from './served.ts';

const MESSAGES = 3000;
const FILE_ROWS = 300_000;
const INSTANCE = '{"OPERA":"Sky Airline","TIPOVUELO":"N","MES":12}';

let dir = '';
let dataDir = '';
let inboxDir = '';
let served: Served | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-kill-'));
  [dataDir, inboxDir] = [join(dir, 'data'), join(dir, 'inbox')];
  await mkdir(inboxDir);
});

afterEach(async () => {
  await served?.end('SIGKILL');
  await rm(dir, { recursive: true, force: true, maxRetries: 10 });
});

async function idsOn(topic: string, field: 'messageId' | 'prediction_id'): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { message } of readTopic(topicPath(dataDir, topic))) {
    const { prediction_id } = JSON.parse(Buffer.from(message.data).toString()) as { prediction_id: string };
    ids.add(field === 'messageId' ? `${message.messageId}/0` : prediction_id);
  }
  return ids;
}

async function killed(): Promise<void> {
  assert.ok(served !== undefined);
  const { ports } = served;
  await served.end('SIGKILL');
  for (const port of ports)
    await until(
      () => isClosed(port),
      () => `port ${port} to close`,
    );
}

test('a stream that serve was killed in goes on after a restart, and every row comes out by its id', async () => {
  const rows = join(dir, 'rows.ndjson');
  await writeFile(rows, `${INSTANCE}\n`.repeat(MESSAGES));
  served = await serveIn(dataDir, inboxDir);
  const published = await runCli(['publish', 'features', rows, '--data', dataDir]);
  assert.equal(published.stdout, `Published ${MESSAGES.toLocaleString('en')} messages to features.\n`);
  await until(
    async () => (await idsOn('predictions', 'prediction_id')).size > 50,
    () => 'some predictions',
  );
  await killed();
  const before = await idsOn('predictions', 'prediction_id');
  assert.ok(before.size < MESSAGES, 'the stream was over before it was killed: publish more');

  served = await serveIn(dataDir, inboxDir);
  await until(
    async () => (await idsOn('predictions', 'prediction_id')).size >= MESSAGES,
    () => 'all predictions',
  );
  assert.deepEqual(await idsOn('predictions', 'prediction_id'), await idsOn('features', 'messageId'));
  assert.equal(await served.end('SIGINT'), 0);
});

test('a file that serve was killed in is scored once after a restart, and no half file is ever seen', async () => {
  const drafts = (): string[] => globSync('output/**/.tmp-*', { cwd: dataDir });
  const finals = (): string[] => globSync('output/big/*/*.*', { cwd: dataDir }).sort();
  served = await serveIn(dataDir, inboxDir);
  const header = 'id,OPERA,TIPOVUELO,MES\n';
  const body = Array.from({ length: FILE_ROWS }, (_, row) => `${row},Sky Airline,N,${(row % 13) + 0}\n`).join(
    '',
  );
  await writeFile(join(dir, 'big.csv'), header + body);
  await rename(join(dir, 'big.csv'), join(inboxDir, 'big.csv'));
  await until(
    () => drafts().length > 0,
    () => 'the file to be under way',
  );
  await killed();
  assert.deepEqual(finals(), [], 'the file was done before it was killed: make it larger');

  served = await serveIn(dataDir, inboxDir);
  await served.says('Scored big.csv: ');
  const names = finals().map((path) => path.split('/').at(-1));
  assert.deepEqual(names, ['errors.csv', 'job.json', 'predictions.csv']);
  const [errors, job, predictions] = await Promise.all(
    finals().map((path) => readFile(join(dataDir, path), 'utf8')),
  );
  const { rows, state } = JSON.parse(job ?? '') as {
    rows: { read: number; scored: number; failed: number };
    state: string;
  };
  const bad = Math.ceil(FILE_ROWS / 13); // month 0
  assert.deepEqual([state, rows], ['succeeded', { read: FILE_ROWS, scored: FILE_ROWS - bad, failed: bad }]);
  assert.equal(predictions?.split('\n').length, FILE_ROWS - bad + 2);
  assert.equal(errors?.split('\n').length, bad + 2);
  assert.equal(await served.end('SIGINT'), 0);

  served = await serveIn(dataDir, inboxDir);
  assert.equal(await served.end('SIGINT'), 0);
  assert.equal(finals().length, 3, 'a restart scores nothing again');
});
