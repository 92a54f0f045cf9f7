import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { createLocalPublisher } from '../../src/adapters/local/publisher.ts';
import { createLocalPullSubscription } from '../../src/adapters/local/pull-subscription.ts';
import { createPubSubPublisher } from '../../src/adapters/pubsub/publisher.ts';
import { createPubSubPullSubscription, findTopic } from '../../src/adapters/pubsub/pull-subscription.ts';
import { describeWithPubSub } from '../servers/pubsub.ts';
import { pullContract } from './pull-subscription.ts';

const ADAPTER = new URL('../../src/adapters/local/pull-subscription.ts', import.meta.url).href;

const toMessage = () => ({ data: Buffer.from('x'), attributes: {} });
const newName = () => `topic-${randomUUID()}`;

pullContract('local files', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'pull-'));
  const publisher = createLocalPublisher({ dataDir, clock: { nowMs: () => Date.now() } });
  return {
    create: async () => newName(),
    publish: (name, messages) => publisher.publish(name, messages),
    open: async (name) => createLocalPullSubscription({ dataDir, name }),
    close: () => rm(dataDir, { recursive: true }),
  };
});

it('a local pull subscription says why it can not acknowledge', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'pull-'));
  await mkdir(join(dataDir, 'pulled', 'here.acked'), { recursive: true });
  const subscription = createLocalPullSubscription({ dataDir, name: 'here' });
  await assert.rejects(subscription.acknowledge(['id']), {
    code: 'SUBSCRIPTION_FAILED',
    message: /^Messages of here could not be acknowledged: EISDIR/,
  });
  await rm(dataDir, { recursive: true });
});

for (const name of ['../secret', 'a/b', '']) {
  it(`a local pull subscription can not be named ${JSON.stringify(name)}`, () => {
    assert.throws(() => createLocalPullSubscription({ dataDir: 'data', name }), {
      code: 'SUBSCRIPTION_FAILED',
      message: /is no name of a subscription: expected 3 to 255 letters/,
    });
  });
}

it('acknowledgements of several processes at once are all kept', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'pull-'));
  const publisher = createLocalPublisher({ dataDir, clock: { nowMs: () => Date.now() } });
  const ids = await publisher.publish('busy', Array.from({ length: 400 }, toMessage));
  const program = `
    import { createLocalPullSubscription } from ${JSON.stringify(ADAPTER)};
    const [dataDir, ...ids] = process.argv.slice(1);
    const subscription = createLocalPullSubscription({ dataDir, name: 'busy' });
    for (const id of ids) await subscription.acknowledge([id]);`;
  const children = [0, 1, 2, 3].map((part) =>
    spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        program,
        '--',
        dataDir,
        ...ids.filter((_, index) => index % 4 === part),
      ],
      { stdio: 'inherit' },
    ),
  );
  const ends = await Promise.all(children.map((child) => once(child, 'exit')));
  assert.deepEqual(
    ends.map(([code]) => code),
    [0, 0, 0, 0],
  );
  assert.deepEqual(await createLocalPullSubscription({ dataDir, name: 'busy' }).pull(1000), []);
  await rm(dataDir, { recursive: true });
});

it('a topic that was started over, or acknowledgements that were deleted, lose no message', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'pull-'));
  const publisher = createLocalPublisher({ dataDir, clock: { nowMs: () => Date.now() } });
  const subscription = createLocalPullSubscription({ dataDir, name: 'here' });
  await publisher.publish('here', [1, 2, 3].map(toMessage));
  await subscription.acknowledge((await subscription.pull(10)).map(({ ackId }) => ackId));
  await rm(join(dataDir, 'topics', 'here.ndjson'));
  const [id] = await publisher.publish('here', [toMessage()]);
  const messages = await subscription.pull(10);
  assert.deepEqual(
    messages.map(({ messageId }) => messageId),
    [id],
  );
  await subscription.acknowledge(messages.map(({ ackId }) => ackId));
  await rm(join(dataDir, 'pulled'), { recursive: true });
  assert.equal((await createLocalPullSubscription({ dataDir, name: 'here' }).pull(10)).length, 1);
  await rm(dataDir, { recursive: true });
});

it('a server that never answers is told from a subscription that holds nothing', async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const name = 'projects/test/subscriptions/silent';
  const options = { emulatorHost: `127.0.0.1:${port}`, patience: { tryMs: 50, totalMs: 100 }, waitMs: 50 };
  const subscription = await createPubSubPullSubscription(name, options);
  const expected = (message: RegExp) => ({ code: 'SUBSCRIPTION_FAILED', message });
  try {
    await assert.rejects(subscription.pull(1), expected(/silent could not be pulled: Pub\/Sub /));
    await assert.rejects(subscription.acknowledge(['a']), expected(/silent could not be acknowledged: /));
    await assert.rejects(subscription.release(['a']), expected(/silent could not be released: /));
    await assert.rejects(findTopic(name, options), expected(/The topic of \S+silent can't be found: /));
  } finally {
    await subscription.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

describeWithPubSub("a pull subscription on Pub/Sub's emulator", (server) => {
  pullContract('Pub/Sub', async () => {
    const { host, createTopic, createSubscription } = server();
    const publisher = await createPubSubPublisher({ emulatorHost: host });
    const topicOf = (name: string) => `projects/test/topics/${name}`;
    return {
      async create() {
        const name = newName();
        await createSubscription(name, await createTopic(name));
        return name;
      },
      publish: (name, messages) => publisher.publish(topicOf(name), messages),
      open: (name) =>
        createPubSubPullSubscription(`projects/test/subscriptions/${name}`, {
          emulatorHost: host,
          waitMs: 500,
        }),
      close: () => publisher.close(),
    };
  });

  it('names its topic', async () => {
    const { host, createTopic, createSubscription } = server();
    const topic = await createTopic('asked');
    const subscription = await createSubscription('asked', topic);
    assert.equal(await findTopic(subscription, { emulatorHost: host }), topic);
  });

  it('that does not exist is named, and that it does not', async () => {
    const emulatorHost = server().host;
    const name = 'projects/test/subscriptions/nowhere';
    const subscription = await createPubSubPullSubscription(name, { emulatorHost });
    const expected = {
      code: 'SUBSCRIPTION_FAILED',
      message: /nowhere .*: It does not exist\. \(5 NOT_FOUND/,
    };
    await assert.rejects(subscription.pull(1), expected);
    await assert.rejects(findTopic(name, { emulatorHost }), expected);
    await subscription.close();
  });

  it('whose topic was deleted says so', async () => {
    const { host, createTopic, createSubscription, ask } = server();
    const topic = await createTopic('deleted');
    const subscription = await createSubscription('deleted', topic);
    await ask('DELETE', topic);
    await assert.rejects(findTopic(subscription, { emulatorHost: host }), {
      code: 'SUBSCRIPTION_FAILED',
      message: /deleted can't be found: it was deleted\.$/,
    });
  });
});
