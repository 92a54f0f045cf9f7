// From a bad row to its prediction, by the commands: list, show, replay. On local topics and on the emulator.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { describeWithPubSub } from '../servers/pubsub.ts';
import { runCli, type Served, serveIn, until } from './served.ts';

const GOOD = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const BAD = '{"OPERA":"nobody","TIPOVUELO":"I","MES":7}';

function deadLetterTests(environment: () => Readonly<Record<string, string>>): void {
  let dir = '';
  let served: Served | undefined;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'scorestream-letters-'));
    served = await serveIn(join(dir, 'data'), join(dir, 'inbox'), environment());
  });
  after(async () => {
    await served?.end('SIGINT');
    await rm(dir, { recursive: true, force: true });
  });

  /** Runs a command, with the data folder where it takes one. */
  const run = (...words: readonly string[]) => runCli([...words, '--data', join(dir, 'data')], environment());
  const list = async (): Promise<string> => (await run('dead-letters', 'list', 'dead-letters')).stdout;

  it('are counted, shown, replayed once, and left when they fail again', async () => {
    const file = join(dir, 'flights.json');
    await writeFile(file, `{"instances":[${GOOD},${BAD},${BAD}]}`);
    await run('publish', 'features', file);
    await writeFile(file, 'oops');
    await run('publish', 'features', file);
    await until(
      async () => /INVALID_JSON/.test(await list()) && /UNKNOWN_CATEGORY {2}row {6}2 /.test(await list()),
      () => 'three letters',
    );
    const [headings = '', first = '', second = ''] = (await list()).split('\n');
    assert.match(headings, /^code +kind +letters +replayed +oldest +example$/);
    assert.match(first, /^UNKNOWN_CATEGORY +row +2 +0 +\d{4}-\S+Z +column "OPERA": expected one of 23/);
    assert.match(second, /^INVALID_JSON +message +1 +0 +\d{4}-\S+Z +The message's data is not valid JSON/);

    const shown = await run('dead-letters', 'show', 'dead-letters', '--code', 'UNKNOWN_CATEGORY');
    assert.equal(shown.stdout.split(BAD).length, 3, shown.stdout);
    assert.match(shown.stdout, /^ {2}error-column: OPERA$/m);

    const dry = await run('dead-letters', 'replay', 'dead-letters', '--dry-run');
    assert.match(dry.stdout, /^Would replay 2 × UNKNOWN_CATEGORY to \S*features\.$/m);
    const replayed = await run('dead-letters', 'replay', 'dead-letters', '--code', 'UNKNOWN_CATEGORY');
    assert.equal(replayed.code, 0, replayed.stderr);
    assert.match(replayed.stdout, /^Replayed 2 × UNKNOWN_CATEGORY to \S*features\.\n$/);

    await until(
      async () => /^UNKNOWN_CATEGORY +row +2 +2 /m.test(await list()),
      () => 'both to fail again',
    );
    const again = await run('dead-letters', 'replay', 'dead-letters', '--code', 'UNKNOWN_CATEGORY');
    assert.equal(again.stdout, 'Left 2 that failed again after a replay: look at them, then --again.\n');
    const asked = await run(
      'dead-letters',
      'replay',
      'dead-letters',
      '--again',
      '--code',
      'UNKNOWN_CATEGORY',
    );
    assert.match(asked.stdout, /^Replayed 2 × /);
  });
}

describe('dead letters of local topics', () => {
  deadLetterTests(() => ({}));

  it('are not looked for in a topic that is none', async () => {
    const { code, stderr } = await runCli(['dead-letters', 'list', 'dead-leters']);
    assert.deepEqual([code, stderr], [1, 'There is no topic "dead-leters": did you mean dead-letters?\n']);
  });
});

describeWithPubSub('dead letters on Pub/Sub', (server) => {
  describe('with short names', () => deadLetterTests(() => ({ PUBSUB_EMULATOR_HOST: server().host })));

  it('say which subscription does not exist', async () => {
    const { code, stderr } = await runCli(['dead-letters', 'list', 'nowhere'], {
      PUBSUB_EMULATOR_HOST: server().host,
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^Messages of projects\/scorestream\/subscriptions\/nowhere could not be pulled: It does/,
    );
  });

  it('that Pub/Sub moved go back to the topic of their subscription', async () => {
    const { host, createTopic, createSubscription, ask } = server();
    const source = await createTopic('source');
    await createSubscription('source', source);
    await createSubscription('moved', await createTopic('moved'));
    const attributes = {
      CloudPubSubDeadLetterSourceSubscription: 'source',
      CloudPubSubDeadLetterSourceSubscriptionProject: 'test',
      CloudPubSubDeadLetterSourceDeliveryCount: '30',
    };
    await ask('POST', 'projects/test/topics/moved:publish', { messages: [{ data: 'e30=', attributes }] });
    const environment = { PUBSUB_EMULATOR_HOST: host, GOOGLE_CLOUD_PROJECT: 'test' };
    const listed = await runCli(['dead-letters', 'list', 'moved'], environment);
    assert.match(listed.stdout, /^UNDELIVERED +delivery +1 +0 +\S+ +not acknowledged in 30 deliveries/m);
    const { stdout } = await runCli(['dead-letters', 'replay', 'moved'], environment);
    assert.equal(stdout, 'Replayed 1 × UNDELIVERED to projects/test/topics/source.\n');
    const pulled = await runCli(['pull', 'source', '--limit', '1'], environment);
    assert.equal(pulled.stdout, '{}\n');
    assert.equal((await runCli(['pull', 'source'], environment)).stdout, '');
  });
});
