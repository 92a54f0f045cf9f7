import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { OutgoingMessage } from '../../src/ports/publisher.ts';
import type { PulledMessage, PullSubscription } from '../../src/ports/pull-subscription.ts';
import { until } from '../e2e/served.ts';

/** What an adapter hands to the suite. */
export interface PullSetup {
  /** Makes a topic with a subscription, and returns a name for both. */
  create(): Promise<string>;
  publish(name: string, messages: readonly OutgoingMessage[]): Promise<readonly string[]>;
  /** Opens the subscription of a name; several times for several processes. */
  open(name: string): Promise<PullSubscription>;
  close(): Promise<void>;
}

/** The suite that every {@link PullSubscription} passes: on files, and on Pub/Sub's emulator. */
export function pullContract(title: string, setup: () => Promise<PullSetup>): void {
  describe(`pull subscription contract: ${title}`, () => {
    let context: PullSetup;
    before(async () => {
      context = await setup();
    });
    after(() => context.close());

    it('gives messages as they were published', async () => {
      const name = await context.create();
      const data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const attributes = { ciudad: 'Córdoba "☃"\n' };
      const [messageId] = await context.publish(name, [{ data, attributes, orderingKey: 'k' }]);
      const subscription = await context.open(name);
      const [message] = await pullAll(subscription, 1);
      assert.deepEqual([...(message?.data ?? [])], [...data]);
      assert.deepEqual({ ...message?.attributes }, attributes);
      assert.deepEqual([message?.messageId, message?.orderingKey], [messageId, 'k']);
      assert.ok(Math.abs(Date.parse(message?.publishTime ?? '') - Date.now()) < 60_000);
      await subscription.close();
    });

    it('gives nothing when nothing waits, and no more than asked for', async () => {
      const name = await context.create();
      const subscription = await context.open(name);
      assert.deepEqual(await subscription.pull(10), []);
      await context.publish(name, texts('a', 'b', 'c'));
      assert.ok((await subscription.pull(2)).length <= 2);
      await subscription.close();
    });

    it('gives no message twice that is taken or acknowledged, and again what was released', async () => {
      const name = await context.create();
      await context.publish(name, texts('a', 'b', 'c'));
      const subscription = await context.open(name);
      const all = await pullAll(subscription, 3);
      assert.deepEqual(await subscription.pull(10), []);
      const [kept, ...released] = all;
      await subscription.acknowledge([kept?.ackId ?? '']);
      await subscription.release(released.map(({ ackId }) => ackId));
      const again = await pullAll(subscription, 2);
      assert.deepEqual(
        again.map(({ messageId }) => messageId).sort(),
        released.map(({ messageId }) => messageId).sort(),
      );
      await subscription.acknowledge(again.map(({ ackId }) => ackId));
      await subscription.close();
      const later = await context.open(name);
      assert.deepEqual(await later.pull(10), []);
      await later.close();
    });

    it('gives what another process released or published meanwhile', async () => {
      const name = await context.create();
      await context.publish(name, texts('a'));
      const [one, other] = [await context.open(name), await context.open(name)];
      await one.release((await pullAll(one, 1)).map(({ ackId }) => ackId));
      await context.publish(name, texts('b'));
      const messages = await pullAll(other, 2);
      assert.deepEqual(messages.map(({ data }) => Buffer.from(data).toString()).sort(), ['a', 'b']);
      await Promise.all([one.close(), other.close()]);
    });

    it('takes an empty list of deliveries for nothing to do', async () => {
      const subscription = await context.open(await context.create());
      await subscription.acknowledge([]);
      await subscription.release([]);
      await subscription.close();
    });
  });
}

async function pullAll(subscription: PullSubscription, count: number): Promise<readonly PulledMessage[]> {
  const messages: PulledMessage[] = [];
  await until(
    async () => {
      messages.push(...(await subscription.pull(10)));
      return messages.length >= count;
    },
    () => `${count} messages; ${messages.length} came`,
  );
  assert.equal(messages.length, count);
  return messages;
}

function texts(...all: readonly string[]): readonly OutgoingMessage[] {
  return all.map((text) => ({ data: Buffer.from(text), attributes: {} }));
}
