import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createPubSubPublisher } from '../../src/adapters/pubsub/publisher.ts';
import { describeWithPubSub, startPubSub } from '../servers/pubsub.ts';
import { publisherContract, type ReceivedMessage } from './publisher.ts';

describeWithPubSub("Pub/Sub's emulator", (server) => {
  publisherContract('Pub/Sub', async () => {
    const { host, createTopic, createSubscription, ask } = server();
    const received = new Map<string, ReceivedMessage[]>();
    return {
      publisher: await createPubSubPublisher({ emulatorHost: host }),
      async topic() {
        const name = `topic-${randomUUID()}`;
        const topic = await createTopic(name);
        await createSubscription(name, topic, { enableMessageOrdering: true });
        received.set(topic, []);
        return topic;
      },
      async received(topic) {
        const all = received.get(topic) ?? [];
        const path = `${topic.replace('/topics/', '/subscriptions/')}:pull`;
        const answer = await ask('POST', path, { maxMessages: 1000, returnImmediately: true });
        const messages = (answer['receivedMessages'] ?? []) as readonly {
          message: RestMessage;
          ackId: string;
        }[];
        all.push(...messages.map(({ message }) => toReceived(message)));
        if (messages.length > 0) {
          const acknowledge = path.replace(':pull', ':acknowledge');
          await ask('POST', acknowledge, { ackIds: messages.map(({ ackId }) => ackId) });
        }
        return all;
      },
      async close() {},
    };
  });

  describe('the publisher on Pub/Sub', () => {
    it('names a topic that does not exist, and that it does not', async () => {
      const publisher = await createPubSubPublisher({ emulatorHost: server().host });
      const topic = 'projects/test/topics/nowhere';
      await assert.rejects(publisher.publish(topic, [{ data: Buffer.from('x'), attributes: {} }]), {
        code: 'PUBLISH_FAILED',
        message: /^Could not publish to projects\/test\/topics\/nowhere: It does not exist\. \(5 NOT_FOUND/,
      });
      await publisher.close();
    });

    it('gives up when Pub/Sub does not answer, says so, and goes on when it is back', async () => {
      const own = await startPubSub();
      const topic = await own.createTopic('restarted');
      const patience = { tryMs: 500, totalMs: 500 };
      const publisher = await createPubSubPublisher({ emulatorHost: own.host, patience });
      const messages = [{ data: Buffer.from('x'), attributes: {}, orderingKey: 'k' }];
      assert.equal((await publisher.publish(topic, messages)).length, 1);
      await own.stop();
      await assert.rejects(publisher.publish(topic, messages), {
        code: 'PUBLISH_FAILED',
        message: /Pub\/Sub/,
      });
      const again = await startPubSub(Number(own.host.split(':')[1]));
      await again.createTopic('restarted');
      const deadline = Date.now() + 30_000;
      for (;;) {
        const ids = await publisher.publish(topic, messages).catch(() => []);
        if (ids.length === 1) break;
        assert.ok(Date.now() < deadline, 'it publishes again when the topic is back');
      }
      await publisher.close();
      await again.stop();
    });
  });
});

interface RestMessage {
  readonly messageId: string;
  readonly data?: string;
  readonly attributes?: Record<string, string>;
  readonly orderingKey?: string;
}

function toReceived({ messageId, data = '', attributes = {}, orderingKey }: RestMessage): ReceivedMessage {
  const key = orderingKey === undefined || orderingKey === '' ? {} : { orderingKey };
  return { messageId, data: Buffer.from(data, 'base64'), attributes, ...key };
}
