import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, until, useBroker } from './broker-fixture.ts';

describe('broker', () => {
  const rig = useBroker();
  const { start, publish, publishTexts, texts, events, drained, topicMessages } = rig;

  it('pushes the body that the emulator sends', async () => {
    const [messageId] = await publish([
      { data: Buffer.from('{"x":1}'), attributes: { a: 'ñ' }, orderingKey: 'key' },
    ]);
    await drained(await start());
    const [message] = await topicMessages('features');
    assert.deepEqual(rig.pushes[0]?.push, {
      message: {
        attributes: { a: 'ñ' },
        data: Buffer.from('{"x":1}').toString('base64'),
        messageId,
        message_id: messageId,
        publishTime: message?.publishTime,
        publish_time: message?.publishTime,
        orderingKey: 'key',
      },
      subscription: 'projects/local/subscriptions/features-push',
    });
  });

  it('leaves empty data out and counts attempts under a dead-letter policy', async () => {
    await publish([{ data: new Uint8Array(), attributes: { a: 'b' } }]);
    await drained(await start({ maxDeliveryAttempts: 5, deadLetterTopic: 'dead-letters' }));
    assert.equal('data' in (rig.pushes[0]?.push.message ?? {}), false);
    assert.equal(rig.pushes[0]?.push.deliveryAttempt, 1);
  });

  it('pushes what is published while it runs', async () => {
    const broker = await start();
    for (const text of ['one', 'two', 'three']) {
      await publishTexts(text);
      await until(`${text} came`, () => texts().includes(text));
    }
    await drained(broker);
    assert.deepEqual(texts(), ['one', 'two', 'three']);
  });

  const processing: Answer = (response) => response.writeProcessing();
  const cut: Answer = (response) => response.destroy();
  const silent: Answer = () => {};
  const answers: readonly (readonly [string, Answer, 'ack' | 'nack'])[] = [
    ['102', processing, 'ack'],
    ...[200, 201, 202, 204].map((status) => [`${status}`, status, 'ack'] as const),
    ...[203, 205, 206, 301, 302, 304, 400, 401, 403, 404, 408, 409, 413, 429, 500, 502, 503, 504].map(
      (status) => [`${status}`, status, 'nack'] as const,
    ),
    ['a cut connection', cut, 'nack'],
    ['no answer within the deadline', silent, 'nack'],
  ];
  for (const [what, answer, meaning] of answers) {
    it(`takes ${what} for ${meaning === 'ack' ? 'an' : 'a'} ${meaning}`, async () => {
      rig.handler = () => (rig.pushes.length === 1 ? answer : 204);
      await publishTexts('x');
      await drained(await start({ ackDeadlineMs: what === '102' ? 10_000 : 100 }, 1));
      const failures = events('DELIVERY_FAILED');
      assert.equal(rig.pushes.length, meaning === 'ack' ? 1 : 2);
      assert.equal(failures.length, meaning === 'ack' ? 0 : 1);
      if (typeof answer === 'number' && meaning === 'nack')
        assert.equal(failures[0]?.fields['status'], answer);
    });
  }

  it('delivers again, with growing waits, until it is acknowledged', async () => {
    rig.handler = () => (rig.pushes.length < 7 ? 503 : 200);
    const [messageId] = await publishTexts('stubborn');
    await drained(await start({ minBackoffMs: 2, maxBackoffMs: 16 }));
    assert.equal(rig.pushes.length, 7);
    const failures = events('DELIVERY_FAILED').map(({ fields }) => fields);
    assert.deepEqual(
      failures.map(({ attempt }) => attempt),
      [1, 2, 3, 4, 5, 6],
    );
    assert.ok(
      failures.every((fields) => fields['messageId'] === messageId && fields['reason'] === 'status 503'),
    );
    for (const [index, { nextMs }] of failures.entries()) {
      const highest = Math.min(16, 2 * 2 ** (index + 1));
      assert.ok(
        Number(nextMs) >= highest / 2 && Number(nextMs) <= highest,
        `wait ${index + 1} was ${nextMs}`,
      );
    }
  });

  it('moves a message to the dead-letter topic after its last attempt', async () => {
    rig.handler = (_, text) => (text === 'poison' ? 500 : 204);
    const data = Buffer.from('poison');
    const [, messageId] = await publish([
      { data: Buffer.from('fine'), attributes: {} },
      { data, attributes: { own: 'é' }, orderingKey: 'k' },
    ]);
    const publishTime = (await topicMessages('features'))[1]?.publishTime;
    const broker = await start({ maxDeliveryAttempts: 5, deadLetterTopic: 'dead-letters' });
    await drained(broker);
    const attempts = rig.pushes
      .filter(({ text }) => text === 'poison')
      .map(({ push }) => push.deliveryAttempt);
    assert.deepEqual(attempts, [1, 2, 3, 4, 5]);
    const [dead, ...more] = await topicMessages('dead-letters');
    assert.equal(more.length, 0);
    assert.deepEqual(Buffer.from(dead?.data ?? []), data);
    assert.equal(dead?.orderingKey, 'k');
    assert.deepEqual(dead?.attributes, {
      own: 'é',
      CloudPubSubDeadLetterSourceDeliveryCount: '5',
      CloudPubSubDeadLetterSourceSubscription: 'features-push',
      CloudPubSubDeadLetterSourceSubscriptionProject: 'local',
      CloudPubSubDeadLetterSourceTopicPublishTime: publishTime,
    });
    assert.deepEqual(
      events('DEAD_LETTERED').map(({ fields }) => fields['messageId']),
      [messageId],
    );
    await broker.stop();
    await drained(await start({ maxDeliveryAttempts: 5, deadLetterTopic: 'dead-letters' }));
    assert.equal(rig.pushes.length, 6, 'a dead letter is not delivered after a restart');
  });

  it('delivers messages of one ordering key one at a time and in order, retries included', async () => {
    const active = new Map<string, number>();
    const failedOnce = new Set<string>();
    const done: string[] = [];
    let overlaps = 0;
    rig.handler = async ({ message }, text) => {
      const key = message.orderingKey ?? '';
      active.set(key, (active.get(key) ?? 0) + 1);
      if (key !== '' && (active.get(key) ?? 0) > 1) overlaps += 1;
      await delay(1);
      active.set(key, (active.get(key) ?? 0) - 1);
      if (text.endsWith('3') && !failedOnce.has(text)) {
        failedOnce.add(text);
        return 500;
      }
      done.push(text);
      return 204;
    };
    const keys = ['a', 'b', ''];
    const messages = Array.from({ length: 90 }, (_, index) => {
      const key = keys[index % 3] ?? '';
      const data = Buffer.from(`${key}:${Math.floor(index / 3)}`);
      return { data, attributes: {}, ...(key !== '' && { orderingKey: key }) };
    });
    await publish(messages.slice(0, 60));
    const first = await start({ ordering: true });
    await until('some are done', () => done.length > 20);
    await first.stop();
    const second = await start({ ordering: true });
    await publish(messages.slice(60));
    await drained(second);
    assert.equal(overlaps, 0);
    for (const key of keys) {
      const ofKey = done.filter((text) => text.startsWith(`${key}:`));
      const expected = Array.from({ length: 30 }, (_, index) => `${key}:${index}`);
      assert.deepEqual(key === '' ? ofKey.sort() : ofKey, key === '' ? expected.sort() : expected);
    }
    assert.equal(failedOnce.size, 9);
  });

  it('goes on with an ordering key after a dead letter', async () => {
    rig.handler = (_, text) => (text === 'poison' ? 500 : 204);
    const keyed = ['poison', 'next', 'last'].map((text) => ({
      data: Buffer.from(text),
      attributes: {},
      orderingKey: 'k',
    }));
    await publish(keyed);
    await drained(await start({ ordering: true, maxDeliveryAttempts: 2, deadLetterTopic: 'dead-letters' }));
    assert.deepEqual(texts(), ['poison', 'poison', 'next', 'last']);
  });
});
