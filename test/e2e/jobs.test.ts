// Jobs as the commands see them: under way, killed in the middle, with their messages lost, resumed, over.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it, test } from 'node:test';
import { readTopic, topicPath } from '../../src/adapters/local/topic-file.ts';
import { describeWithPubSub } from '../servers/pubsub.ts';
import { isClosed, runCli, type Served, serveIn, until } from './served.ts';

const ROWS = 120_000;
const ENVIRONMENT = { SHARD_BYTES: '100000', BATCH_MAX_ERROR_RATIO: '0.5' };
let environment: Readonly<Record<string, string>> = ENVIRONMENT;

let dir = '';
let dataDir = '';
let inboxDir = '';
let served: Served | undefined;

beforeEach(async () => {
  environment = ENVIRONMENT;
  dir = await mkdtemp(join(tmpdir(), 'scorestream-jobs-'));
  [dataDir, inboxDir] = [join(dir, 'data'), join(dir, 'inbox')];
  await mkdir(inboxDir);
});

afterEach(async () => {
  await served?.end('SIGKILL');
  await rm(dir, { recursive: true, force: true, maxRetries: 10 });
});

const run = (...words: readonly string[]) =>
  runCli([...words, '--data', dataDir, '--inbox', inboxDir], environment);

async function start(): Promise<void> {
  served = await serveIn(dataDir, inboxDir, environment);
}

async function kill(): Promise<void> {
  const { ports } = served ?? assert.fail('nothing is served');
  await served?.end('SIGKILL');
  for (const port of ports) {
    await until(
      () => isClosed(port),
      () => `port ${port} to close`,
    );
  }
}

async function drop(name: string, text: string): Promise<void> {
  await writeFile(join(dir, name), text);
  await rename(join(dir, name), join(inboxDir, name));
}

async function dropLarge(): Promise<void> {
  const row = (index: number): string => `${index},Sky Airline,N,${(index % 12) + 1}\n`;
  await drop(
    'big.csv',
    `id,OPERA,TIPOVUELO,MES\n${Array.from({ length: ROWS }, (_, at) => row(at)).join('')}`,
  );
}

/** How many shards of the job under way are done. */
function countMarkers(): number {
  const parts = join(dataDir, 'output/_parts');
  try {
    return readdirSync(parts, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\/m\/0\/\d+\/\d+$/.test(path),
    ).length;
  } catch {
    return 0; // nothing is planned yet, or it went meanwhile
  }
}

const shardsDone = (): Promise<void> =>
  until(
    () => countMarkers() >= 2,
    () => `two shards to be done; it said:\n${served?.output()}`,
  );

async function assertDone(): Promise<void> {
  await served?.says('Scored big.csv: ');
  const { stdout } = await run('jobs', 'big.csv', '--json');
  const { state, output, parts, rows } = JSON.parse(stdout) as Record<string, string>;
  assert.deepEqual([state, parts, rows], ['succeeded', undefined, { read: ROWS, scored: ROWS, failed: 0 }]);
  const predictions = await readFile(join(output ?? '', 'predictions.csv'), 'utf8');
  assert.equal(predictions.split('\n').length, ROWS + 2);
  assert.deepEqual(readdirSync(join(dataDir, 'output')).sort(), ['_parts', 'big']);
}

test('a job that serve was killed in shows how far it came, and a restart goes on with it', async () => {
  await start();
  await dropLarge();
  await served?.says('Scoring big.csv, ');
  await shardsDone();
  await kill();

  const table = await run('jobs');
  assert.equal(table.code, 0, table.stderr);
  const [headings = '', line = '', ...more] = table.stdout.split('\n');
  assert.match(headings, /^job +state +rows +failed +since +input$/);
  assert.match(line, /^[0-9a-f]{12} {2}\d+ of \d+ scored +\d{4}-\S+Z {2}\S*inbox\/big\.csv$/, table.stdout);
  assert.deepEqual(more, ['']);
  const shown = await run('jobs', line.slice(0, 12));
  assert.match(shown.stdout, /^job {7}[0-9a-f]{32}\nstate {5}\d+ of \d+ scored\n/);
  assert.match(
    shown.stdout,
    /It goes on by itself\..*\n {2}npx scorestream jobs resume [0-9a-f]{12} --data /,
  );

  await start();
  await assertDone();
});

test('a job whose messages are lost counts as stuck after a while, and is resumed', async () => {
  await start();
  await dropLarge();
  await shardsDone();
  await kill();
  for (const name of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
    if (/\bshards\b/.test(name)) await rm(join(dataDir, name), { recursive: true, force: true });
  }
  const { stdout } = await run('jobs', 'big.csv', '--stuck-after', '0');
  assert.match(stdout, /^state {5}stuck: nothing has changed since \d+ of \d+ were scored$/m);
  assert.match(stdout, /This goes on with it.*:\n {2}npx scorestream jobs resume [0-9a-f]{12} --data /s);
  const none = await run('jobs', 'resume', '--all');
  assert.deepEqual([none.code, none.stdout], [0, 'No job is stuck.\n']);

  await start(); // the notification was answered before its shards were scored
  const resumed = await run('jobs', 'resume', '--all', '--stuck-after', '0');
  assert.match(
    resumed.stdout,
    /^Published the notification of \S*inbox\/big\.csv to objects: [0-9a-f]{12} goes on\.\n$/,
    resumed.stderr,
  );
  await assertDone();

  const over = await run('jobs', 'resume', 'big.csv');
  assert.equal(over.code, 1);
  assert.match(
    over.stderr,
    /^[0-9a-f]{12} can't be resumed: it succeeded\. It is done: predictions\.csv and /,
  );
});

test('a file that fails shows why, and where its dead letter is', async () => {
  await start();
  await drop('notes.txt', 'x');
  await served?.says('Skipped notes.txt: Only .csv and .csv.gz files are scored.');
  await drop('bad.csv', `id,OPERA,TIPOVUELO,MES\n1,nobody,N,1\n2,nobody,N,1\n3,Sky Airline,N,1\n`);
  await served?.says('Failed bad.csv: ');
  await until(
    async () => (await run('jobs')).stdout.includes('failed: TOO_MANY_FAILED_ROWS'),
    () => 'the job to be closed',
  );
  const { stdout } = await run('jobs', join(inboxDir, 'bad.csv'));
  assert.match(
    stdout,
    /^error {5}TOO_MANY_FAILED_ROWS: Of the 3 rows of the CSV 2 fail: at most 50 % may\.$/m,
  );
  assert.match(stdout, /^reason {4}line 2: UNKNOWN_CATEGORY: column "OPERA": expected/m);
  const [, id, command = ''] = /^letter {4}dead-letter-id (\w+): npx scorestream (.*)$/m.exec(stdout) ?? [];
  const letter = await runCli(command.split(' '), ENVIRONMENT);
  assert.match(letter.stdout, new RegExp(`^ {2}dead-letter-id: ${id}$`, 'm'));

  const refused = await run('jobs', 'resume', 'bad.csv');
  assert.match(
    refused.stderr,
    /can't be resumed: it failed\. Mend what the error says, and drop the file again/,
  );
  const unknown = await run('jobs', 'nobody.csv');
  assert.match(unknown.stderr, /^There is no job "nobody\.csv" below /);
  const slip = await run('jobs', 'resum');
  assert.match(slip.stderr, /^"resum" names no job: .* Did you mean jobs resume\?\n$/);
  let notifications = 0;
  for await (const _ of readTopic(topicPath(dataDir, 'objects'))) notifications += 1;
  assert.equal(notifications, 2); // one a file: the command published none
});

test('results that are written into the inbox are not scored themselves', async () => {
  served = await serveIn(dataDir, inboxDir, { OUTPUT_URI: join(inboxDir, 'out') });
  await drop('x.csv', 'OPERA,TIPOVUELO,MES\nSky Airline,N,1\n');
  await served.says('Scored x.csv: ');
  await until(
    () => /(predictions|errors)\.csv: [\s\S]*(predictions|errors)\.csv: /.test(served?.output() ?? ''),
    () => `both outputs to be noticed; it said:\n${served?.output()}`,
  );
  assert.doesNotMatch(served.output(), /Scored out|Failed out/);
  assert.equal(
    served.output().match(/Skipped out\/x\/\d+\/(predictions|errors)\.csv: It is a result of a job\./g)
      ?.length,
    2,
  );
});

describeWithPubSub('jobs over the Pub/Sub emulator', (server) => {
  it('are resumed when the subscription of shards was deleted with what it held', async () => {
    environment = {
      ...ENVIRONMENT,
      PUBSUB_EMULATOR_HOST: server().host,
      GOOGLE_CLOUD_PROJECT: 'flights',
    };
    await start();
    await dropLarge();
    await shardsDone();
    await kill();
    await server().ask('DELETE', 'projects/flights/subscriptions/shards');
    await start();
    const { stdout, stderr } = await run('jobs', 'resume', 'big.csv');
    assert.match(stdout, /big\.csv to projects\/flights\/topics\/objects: [0-9a-f]{12} goes on\.\n$/, stderr);
    await assertDone();
  });
});
