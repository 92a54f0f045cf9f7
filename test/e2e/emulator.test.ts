// `scorestream serve` over Google's emulator instead of topic files.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { freePort } from '../free-port.ts';
import { describeWithPubSub, type PubSubServer } from '../servers/pubsub.ts';
import { runCli, serveIn, until } from './served.ts';

const root = join(import.meta.dirname, '../..');

describeWithPubSub('serve with PUBSUB_EMULATOR_HOST', (server) => {
  let dir = '';
  let environment: Record<string, string> = {};
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'scorestream-emulator-'));
    environment = { PUBSUB_EMULATOR_HOST: server().host, GOOGLE_CLOUD_PROJECT: 'flights' };
  });
  after(() => rm(dir, { recursive: true, force: true }));
  const serve = () => serveIn(join(dir, 'data'), join(dir, 'inbox'), environment);

  it('makes the topics and subscriptions, scores what is published, and uses them again', async () => {
    const flight = await readFile(join(root, 'samples/flight.json'));
    for (const round of [1, 2]) {
      const served = await serve();
      try {
        assert.match(served.output(), /topics +the Pub\/Sub emulator at 127\.0\.0\.1:\d+, project flights\n/);
        await publish(server(), 'features', flight);
        await publish(server(), 'features', Buffer.from('{"OPERA":"nobody"}'));
        assert.equal((await pullAll(server(), 'predictions', 1)).length, 1, `round ${round}`);
        assert.equal((await pullAll(server(), 'dead-letters', 1)).length, 1, `round ${round}`);
      } finally {
        await served.end('SIGINT');
      }
    }
    const features = await server().ask('GET', 'projects/flights/subscriptions/features');
    const { deadLetterPolicy, retryPolicy, ackDeadlineSeconds } = features;
    assert.deepEqual(deadLetterPolicy, {
      deadLetterTopic: 'projects/flights/topics/dead-letters',
      maxDeliveryAttempts: 30,
    });
    assert.deepEqual(
      [retryPolicy, ackDeadlineSeconds],
      [{ minimumBackoff: '1s', maximumBackoff: '60s' }, 600],
    );
  });

  it('says what to do when nothing answers there', async () => {
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    const { code, stderr } = await runCli(
      ['serve', '--data', dir, '--inbox', dir, '--port', `${ports[0]}`, '--score-port', `${ports[1]}`],
      { ...environment, PUBSUB_EMULATOR_HOST: `127.0.0.1:${ports[2]}` },
    );
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^The Pub\/Sub emulator at 127\.0\.0\.1:\d+ \(PUBSUB_EMULATOR_HOST\) can't be used: /m,
    );
    assert.match(stderr, /gcloud beta emulators pubsub start, or unset the variable\.$/m);
  });
});

async function publish({ ask }: PubSubServer, topic: string, data: Buffer): Promise<void> {
  await ask('POST', `projects/flights/topics/${topic}:publish`, {
    messages: [{ data: data.toString('base64') }],
  });
}

async function pullAll({ ask }: PubSubServer, subscription: string, count: number): Promise<unknown[]> {
  const path = `projects/flights/subscriptions/${subscription}`;
  const messages: unknown[] = [];
  await until(
    async () => {
      const answer = await ask('POST', `${path}:pull`, { maxMessages: 100, returnImmediately: true });
      const received = (answer['receivedMessages'] ?? []) as readonly { ackId: string }[];
      if (received.length > 0) {
        await ask('POST', `${path}:acknowledge`, { ackIds: received.map(({ ackId }) => ackId) });
      }
      messages.push(...received);
      return messages.length >= count;
    },
    () => `${count} messages of ${subscription}`,
  );
  return messages;
}
