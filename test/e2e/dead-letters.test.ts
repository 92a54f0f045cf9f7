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
    assert.match(
      replayed.stdout,
      /^Replayed 2 × UNKNOWN_CATEGORY to \S*features\.\n(Left [12] that came back while this ran: .*\n)?$/,
    );

    await until(
      async () => /^UNKNOWN_CATEGORY +row +2 +2 /m.test(await list()),
      () => 'both to fail again',
    );
    const again = await run('dead-letters', 'replay', 'dead-letters', '--code', 'UNKNOWN_CATEGORY');
    assert.equal(again.stdout, 'Left 2 that failed again after a replay: look at them, then --again.\n');
    const none = await run('dead-letters', 'list', 'dead-letters', '--code', 'MISSING_VALUE');
    assert.match(none.stdout, /^None of [3-9] letters in dead-letters has the code MISSING_VALUE\.\n$/);
    const cut = await run('dead-letters', 'list', 'dead-letters', '--limit', '1');
    assert.match(cut.stdout, /^Only the first 1 letters were looked at, there may be more: see --limit\.$/m);
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
    const moved = await createTopic('moved');
    const deadLetterPolicy = { deadLetterTopic: moved, maxDeliveryAttempts: 5 };
    const subscription = await createSubscription('source', source, { deadLetterPolicy });
    await createSubscription('moved', moved);
    await ask('POST', `${source}:publish`, { messages: [{ data: 'e30=', attributes: { team: 'a' } }] });
    for (let attempts = 0; attempts < 5; ) {
      const { receivedMessages = [] } = await ask('POST', `${subscription}:pull`, { maxMessages: 1 });
      const ackIds = (receivedMessages as readonly { readonly ackId: string }[]).map(({ ackId }) => ackId); // the API's shape
      await ask('POST', `${subscription}:modifyAckDeadline`, { ackIds, ackDeadlineSeconds: 0 });
      attempts += ackIds.length;
    }
    // the emulator moves a message when it is asked for the next time
    await ask('POST', `${subscription}:pull`, { maxMessages: 1, returnImmediately: true });
    const environment = { PUBSUB_EMULATOR_HOST: host, GOOGLE_CLOUD_PROJECT: 'test' };
    const listed = await runCli(['dead-letters', 'list', 'moved'], environment);
    assert.match(listed.stdout, /^UNDELIVERED +delivery +1 +0 +\S+ +not acknowledged in 5 deliveries/m);
    const { stdout } = await runCli(['dead-letters', 'replay', 'moved'], environment);
    assert.equal(stdout, 'Replayed 1 × UNDELIVERED to projects/test/topics/source.\n');
    const pulled = await runCli(['pull', 'source', '--limit', '1'], environment);
    assert.equal(pulled.stdout, '{}\n');
    assert.equal((await runCli(['pull', 'source'], environment)).stdout, '');
  });

  it('whose topic has a short name go to the topic of their subscription, never to a file', async () => {
    const { host, createTopic, createSubscription, ask } = server();
    const source = await createTopic('flights');
    const subscription = await createSubscription('flights', source);
    const letters = await createTopic('letters');
    const full = await createSubscription('letters', letters);
    const attributes = { 'source-topic': 'features', 'source-subscription': subscription };
    await ask('POST', `${letters}:publish`, {
      messages: [
        { data: 'e30=', attributes },
        { data: 'e30=', attributes: { 'source-topic': 'features' } },
      ],
    });
    const environment = { PUBSUB_EMULATOR_HOST: host };
    const to = await runCli(['dead-letters', 'replay', full, '--to', 'nowhere'], environment);
    assert.equal(to.code, 1);
    assert.match(to.stderr, /^2 letters could not be replayed and stay: .*nowhere: It does not exist/);
    const { code, stdout } = await runCli(['dead-letters', 'replay', full], environment);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `Replayed 1 × UNKNOWN to ${source}.\nLeft 1 that do not say where they came from: name a topic with --to.\n`,
    );
    assert.equal((await runCli(['pull', subscription], environment)).stdout, '{}\n');
  });
});

for (const [words, expected] of [
  [['list', 'projects/p/topics/t'], '"projects/p/topics/t" is no subscription: expected'],
  [['show', 'dead-letters', '--limit', '0'], '--limit is "0": expected a number of letters, at most 100000.'],
  [['list', 'dead-letters', '--limit', '100001'], '--limit is "100001": expected'],
  [['replay', 'dead-letters', '--to', 'featurs'], 'There is no topic "featurs": did you mean features?'],
  [
    ['replay', 'projects/p/subscriptions/s', '--to', 'features'],
    '--to is "features", the letters are on Pub/Sub: expected projects/PROJECT/topics/NAME.',
  ],
] as const) {
  it(`dead-letters ${words.join(' ')} is refused`, async () => {
    const { code, stderr } = await runCli(['dead-letters', ...words], { PUBSUB_EMULATOR_HOST: '' });
    assert.equal(code, 1);
    assert.ok(stderr.startsWith(expected), stderr);
  });
}

it('pull refuses the full name of a topic', async () => {
  const { code, stderr } = await runCli(['pull', 'projects/p/topics/t']);
  assert.equal(code, 1);
  assert.match(stderr, /is no subscription: expected projects\/PROJECT\/subscriptions\/NAME\.$/m);
});
