import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { createLocalPublisher } from '../../src/adapters/local/publisher.ts';
import { createLocalPullSubscription } from '../../src/adapters/local/pull-subscription.ts';
import { createPubSubPublisher } from '../../src/adapters/pubsub/publisher.ts';
import { createPubSubPullSubscription, findTopic } from '../../src/adapters/pubsub/pull-subscription.ts';
import { describeWithPubSub } from '../servers/pubsub.ts';
import { pullContract } from './pull-subscription.ts';

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
});
