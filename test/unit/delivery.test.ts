// What a push is, told from its content.
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { toDelivery } from '../../functions/pubsub/delivery.ts';
import { refuseFeatures, refuseNoStep, refuseObjects } from '../../functions/pubsub/misdirected.ts';
import { encodeShardMessage } from '../../src/batch/protocol/message.ts';
import { mutate } from '../mutations.ts';
import vectors from './delivery-vectors.json' with { type: 'json' };
import { binary, type Headers, type Message, structured, toPush, unwrapped, wrapped } from './pushes.ts';

interface Expected {
  readonly id: string;
  readonly data?: string;
  readonly dataHex?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly attributeNames?: readonly string[];
  readonly publishTime?: string;
  readonly orderingKey?: string;
  readonly subscription?: string;
  readonly attempt?: number;
  readonly problem?: string;
}

const pushes = vectors.map(({ headers, body }) => toPush(body, headers as unknown as Headers)); // JSON has no tuples

describe('a delivery is told by its content:', () => {
  for (const [index, vector] of vectors.entries()) {
    it(vector.name, () => {
      const expected: Expected = vector.expect;
      const { problem, ...delivery } = toDelivery(pushes[index] ?? toPush(''));
      assert.deepEqual(
        { ...delivery, data: Buffer.from(delivery.data).toString('hex') },
        {
          id: expected.id,
          data: expected.dataHex ?? Buffer.from(expected.data ?? '').toString('hex'),
          attributes: expected.attributeNames ? delivery.attributes : (expected.attributes ?? {}),
          publishTime: expected.publishTime,
          orderingKey: expected.orderingKey,
          subscription: expected.subscription,
          ...(expected.attempt === undefined ? {} : { attempt: expected.attempt }),
        },
      );
      if (expected.attributeNames) {
        assert.deepEqual(Object.keys(delivery.attributes), expected.attributeNames);
      }
      if (expected.problem === undefined) assert.equal(problem, undefined);
      else assert.ok(problem?.message.includes(expected.problem), problem?.message);
      assert.ok(problem === undefined || problem.code === 'INVALID_MESSAGE');
    });
  }

  it('a Content-Encoding that a framework has undone is no attribute', () => {
    const headers: Headers = [['Content-Encoding', 'gzip']];
    assert.deepEqual(toDelivery(toPush('{}', headers, { inflated: true })).attributes, {});
    assert.deepEqual(toDelivery(toPush('{}', [['Content-Encoding', 'identity']])).attributes, {});
  });
});

for (const publishTime of [
  'hello',
  '2026-11-24',
  '2026-13-40T25:61:61Z',
  '2026-11-24T12:00:00+99:99',
  '1795515698',
  7,
  null,
]) {
  it(`a publish time that is none is left out: ${publishTime}`, () => {
    const body = JSON.stringify({ message: { data: 'e30=', messageId: '1', publishTime } });
    assert.equal(toDelivery(toPush(body)).publishTime, undefined);
    const headers: Headers = [
      ['x-goog-pubsub-message-id', '1'],
      ['x-goog-pubsub-publish-time', String(publishTime)],
    ];
    assert.equal(toDelivery(toPush('{}', headers)).publishTime, undefined);
  });
}

describe('a delivery to the wrong path', () => {
  const notification = { eventType: 'OBJECT_FINALIZE', bucketId: 'b', objectId: 'o', objectGeneration: '1' };
  const of = (attributes: object, data: Uint8Array = Buffer.from('{}')) => {
    const message = { data: Buffer.from(data).toString('base64'), messageId: '1', attributes };
    return toDelivery(toPush(JSON.stringify({ message })));
  };
  const plan = `gs://b/ü/_parts/${'0'.repeat(32)}/plan.json`;
  const step = of({}, encodeShardMessage({ plan, id: '0123456789abcdef', shard: 17 }));
  const finish = of({}, encodeShardMessage({ plan, id: '0123456789abcdef', shard: 'finish' }));

  it('is refused by name, and keeps its data and attributes', () => {
    const objects = refuseObjects(of(notification));
    assert.match(objects.problem?.message ?? '', /notification of an object.* to \/objects\./);
    assert.deepEqual([objects.attributes, objects.data.length], [notification, 2]);
    const features = refuseFeatures(of({ a: 'b' }));
    assert.match(features.problem?.message ?? '', /no notification of an object.* to \/features\./);
    for (const each of [step, finish]) {
      assert.match(refuseObjects(each).problem?.message ?? '', /a step of a job.* to \/shards\./);
      assert.match(refuseFeatures(each).problem?.message ?? '', /a step of a job.* to \/shards\./);
    }
    assert.match(refuseNoStep(of(notification)).problem?.message ?? '', /notification.* to \/objects\./);
    assert.match(refuseNoStep(of({ a: 'b' })).problem?.message ?? '', /no step of a job.* to \/features\./);
  });

  it('is told from what belongs there, and from what has a problem already', () => {
    assert.equal(refuseObjects(of({ eventType: 'takeoff' })).problem, undefined);
    assert.equal(refuseFeatures(of(notification)).problem, undefined);
    assert.equal(refuseFeatures(of({ eventType: 'OBJECT_FINALIZE' })).problem, undefined); // what it lacks is told later
    assert.equal(
      refuseObjects(of({}, Buffer.from('{"plan":"gs://x/plan.json","MES":7}'))).problem,
      undefined,
    );
    assert.equal(refuseNoStep(of({}, Buffer.from('{ "plan": 7 }'))).problem, undefined); // as is what this lacks
    for (const each of [step, finish]) assert.equal(refuseNoStep(each), each);
    const broken = toDelivery(toPush('{"message":{"data":"%"}}'));
    assert.equal(refuseNoStep(broken), broken);
    assert.equal(refuseFeatures(broken), broken);
    assert.equal(refuseObjects(broken), broken);
  });
});

/** What can be a header's name, and is none that HTTP, Google or CloudEvents use. */
const attributeName = fc.stringMatching(/^q[A-Za-z0-9!#$%&'*+.^_`|~-]{0,20}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const message: fc.Arbitrary<Message> = fc.record({
  id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  data: fc.uint8Array({ maxLength: 200 }),
  attributes: fc.dictionary(attributeName, text, { maxKeys: 8, noNullPrototype: true }),
  publishTime: fc
    .date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') }) // as RFC 3339 has them
    .map((date) => date.toISOString()),
  orderingKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  subscription: fc.stringMatching(/^projects\/[a-z-]{1,9}\/subscriptions\/[a-z-]{1,9}$/),
});

test('a message gives the same delivery wrapped, unwrapped, and in a CloudEvent of either kind', () => {
  fc.assert(
    fc.property(message, (sent) => {
      const expected = { ...sent, data: Buffer.from(sent.data) };
      for (const push of [wrapped(sent), unwrapped(sent), structured(sent), binary(sent)]) {
        const delivery = toDelivery(push);
        assert.deepEqual({ ...delivery, data: Buffer.from(delivery.data) }, expected);
      }
    }),
  );
});

test('a body or header with something broken gives a delivery, never an error', () => {
  for (const [index, push] of pushes.entries()) {
    for (let seed = 0; seed < 200; seed += 1) {
      const headers = Object.entries(push.headers).map(
        ([name, value], place) =>
          [name, mutate(Buffer.from(`${value}.`), seed * 50 + place).toString('latin1')] as const,
      );
      const body = push.body.length === 0 ? push.body : mutate(push.body, seed * 1000 + index);
      for (const broken of [
        { ...push, body },
        { ...push, headers: Object.fromEntries(headers), rawHeaders: headers.flat() },
      ]) {
        const { id, data, problem } = toDelivery(broken);
        assert.ok(id !== '' && data instanceof Uint8Array);
        assert.equal(problem?.retryable ?? false, false);
      }
    }
  }
});

test('a value nested too deep to print is told like any other', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  for (const body of [
    `{"message":{"data":${deep},"messageId":"1"}}`,
    `{"message":{"attributes":{"a":${deep}},"messageId":"1"}}`,
    `{"message":{"messageId":${deep}},"subscription":${deep}}`,
    `{"specversion":"1.0","type":"google.cloud.storage.object.v1.finalized","data":{"name":${deep},"generation":1}}`,
    `{"specversion":"1.0","type":"google.cloud.pubsub.topic.v1.messagePublished","data":${deep}}`,
    `[{"specversion":"1.0","data":${deep}}]`,
  ]) {
    assert.ok(toDelivery(toPush(body)).id.length > 0);
  }
});
