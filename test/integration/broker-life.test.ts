import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { topicPath } from '../../src/adapters/local/topic-file.ts';
import type { Subscription } from '../../src/local/subscription-config.ts';
import { close, listen, portOf, until, useBroker } from './broker-fixture.ts';

describe('broker, its life and bounds', () => {
  const rig = useBroker();
  const { start, publishTexts, texts, events, drained, spawnBroker } = rig;

  it('keeps no more pushes under way than it may', async () => {
    let active = 0;
    let most = 0;
    rig.handler = async () => {
      active += 1;
      most = Math.max(most, active);
      await delay(5);
      active -= 1;
      return 204;
    };
    await publishTexts(...Array.from({ length: 40 }, (_, index) => `${index}`));
    await drained(await start({ maxConcurrent: 4 }));
    assert.equal(most, 4);
    assert.equal(rig.pushes.length, 40);
  });

  it('passes over a torn line and says so', async () => {
    await publishTexts('before');
    await appendFile(topicPath(rig.dataDir, 'features'), '{"messageId":"torn","publ');
    await publishTexts('after');
    const broker = await start();
    await drained(broker);
    assert.deepEqual(texts().sort(), ['after', 'before']);
    assert.equal(events('TOPIC_LINE_SKIPPED').length, 1);
  });

  it('drains 5,000 messages, each once', async () => {
    await publishTexts(...Array.from({ length: 5000 }, (_, index) => `${index}`));
    await drained(await start({ maxConcurrent: 50 }));
    assert.equal(rig.pushes.length, 5000);
    assert.equal(new Set(texts()).size, 5000);
  });

  it('holds 1,000 messages at most and reads on as they are acknowledged', async () => {
    const open = Promise.withResolvers<void>();
    rig.handler = async () => {
      await open.promise;
      return 204;
    };
    await publishTexts(...Array.from({ length: 2500 }, (_, index) => `${index}`));
    const broker = await start({ maxConcurrent: 20 });
    await until('it holds all it may', async () => (await broker.backlog())[0]?.outstanding === 1000);
    await until('pushes are under way', () => rig.pushes.length === 20);
    const [backlog] = await broker.backlog();
    assert.equal(backlog?.outstanding, 1000);
    assert.equal(backlog?.inFlight, 20);
    assert.ok((backlog?.unreadBytes ?? 0) > 0);
    open.resolve();
    await drained(broker);
    assert.equal(new Set(texts()).size, 2500);
  });

  it('delivers more messages than it may hold when most of them are backing off', async () => {
    let down = true;
    rig.handler = () => (down ? 500 : 204);
    await publishTexts(...Array.from({ length: 2500 }, (_, index) => `${index}`));
    const broker = await start({ minBackoffMs: 20, maxBackoffMs: 20, maxConcurrent: 50 });
    await until('all were tried', () => new Set(texts()).size === 2500);
    down = false;
    await drained(broker);
  });

  it('spends no attempts while nobody has listened at the endpoint yet', async () => {
    const port = portOf(rig.subscriber);
    await close(rig.subscriber);
    await publishTexts('one', 'two', 'three');
    const broker = await start({ maxDeliveryAttempts: 1, deadLetterTopic: 'dead-letters' });
    await until('it waits', () => events('ENDPOINT_AWAITED').length > 0);
    await listen(rig.subscriber, port);
    await drained(broker);
    assert.deepEqual(texts().sort(), ['one', 'three', 'two']);
    assert.ok(rig.pushes.every(({ push }) => push.deliveryAttempt === 1));
    assert.deepEqual(events('DELIVERY_FAILED'), []);
    assert.equal(events('ENDPOINT_AWAITED').length, 1);

    await close(rig.subscriber);
    await publishTexts('four');
    await drained(broker);
    assert.equal(events('DEAD_LETTERED').length, 1, 'an endpoint that went away spends attempts');
    await listen(rig.subscriber, port);
  });

  it('waits on stop for pushes under way and records their acknowledgements', async () => {
    const answer = Promise.withResolvers<number>();
    rig.handler = () => answer.promise;
    await publishTexts('slow');
    const broker = await start();
    await until('the push is under way', () => rig.pushes.length === 1);
    const stopping = broker.stop();
    answer.resolve(204);
    await stopping;
    await drained(await start());
    assert.equal(rig.pushes.length, 1);
  });

  it('cuts pushes that outlast the grace of stop, without spending an attempt', async () => {
    rig.handler = () => (rig.pushes.length === 2 ? () => {} : 204);
    const policy = { maxDeliveryAttempts: 5, deadLetterTopic: 'dead-letters' };
    const broker = await start(policy, 1);
    // The slow one goes over the connection of the fast one.
    await publishTexts('fast');
    await until('the fast one came', () => rig.pushes.length === 1);
    await drained(broker);
    await publishTexts('slow');
    await until('the push is under way', () => rig.pushes.length === 2);
    await broker.stop();
    assert.deepEqual(texts(), ['fast', 'slow'], 'nothing is pushed once it stopped');
    await drained(await start(policy));
    assert.deepEqual(
      rig.pushes.map(({ text, push }) => [text, push.deliveryAttempt]),
      [
        ['fast', 1],
        ['slow', 1],
        ['slow', 1],
      ],
    );
  });

  it('lets its process end once it is stopped', async () => {
    await publishTexts('one');
    const process = spawnBroker(`
      while ((await broker.backlog())[0].outstanding + (await broker.backlog())[0].unreadBytes > 0);
      await broker.stop();`);
    const [code, signal] = await once(process, 'exit');
    assert.deepEqual([code, signal], [0, null]);
    assert.deepEqual(texts(), ['one']);
  });

  it('refuses a data folder that another broker has, and takes it once that one stopped', async () => {
    const first = await start();
    await assert.rejects(start(), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'USAGE');
      assert.match(error.message, /stop it, or/);
      return error.message.includes(rig.dataDir);
    });
    await first.stop();
    await start();
  });

  const impossible: readonly (readonly [string, Partial<Subscription>])[] = [
    ['a name that is no file name', { name: '../x' }],
    ['a topic name that is none', { topic: 'a' }],
    ['an endpoint that is not HTTP', { endpoint: new URL('file:///tmp') }],
    ['a backoff that ends before it begins', { minBackoffMs: 10, maxBackoffMs: 1 }],
    ['attempts without a dead-letter topic', { maxDeliveryAttempts: 5 }],
    ['its own topic for dead letters', { maxDeliveryAttempts: 5, deadLetterTopic: 'features' }],
    ['no push at all', { maxConcurrent: 0 }],
  ];
  for (const [what, changes] of impossible) {
    it(`refuses a subscription with ${what}`, async () => {
      await assert.rejects(start(changes), { code: 'INVALID_CONFIG' });
    });
  }
});
