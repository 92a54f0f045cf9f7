// Large wrapped pushes, which are read without a string of their data, against the reader of all pushes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toDelivery } from '../../functions/pubsub/delivery.ts';
import { readLargePush } from '../../functions/pubsub/large-push.ts';
import { toPush } from './pushes.ts';

const data = Buffer.alloc(200_000, 'one row, and another; ');
const base64 = data.toString('base64');
const attributes = { 'content-type': 'text/csv', note: '"data":"é' };

describe('a large push is read without a string of its data:', () => {
  const message = { attributes, data: base64, messageId: '7', publishTime: '2026-01-02T03:04:05Z' };
  const whole = JSON.stringify({ message, subscription: 'projects/p/subscriptions/s' });
  for (const [why, body] of [
    ['as Pub/Sub writes it', whole],
    ['printed on lines', JSON.stringify({ message, subscription: 's' }, undefined, 2)],
    ['without padding, URL-safe', whole.replace(base64, data.toString('base64url'))],
    ['behind a byte order mark', `\ufeff${whole}`],
    ['beside other members named data', whole.replace('{"attributes":{', '{"attributes":{"data":"x",')],
    ['without an id', whole.replace('"messageId":"7",', '')],
    ['with attributes that are none', whole.replace('"text/csv"', '{}')],
  ] as const) {
    it(why, () => {
      assert.ok(readLargePush(Buffer.from(body)) !== undefined);
      const { message: parsed } = JSON.parse(body.replace(/^\ufeff/, ''));
      const delivery = toDelivery(toPush(body));
      const isRefused = typeof parsed.attributes['content-type'] === 'object';
      assert.deepEqual(Buffer.from(delivery.data), isRefused ? Buffer.from(body) : data);
      assert.deepEqual(delivery.attributes, isRefused ? {} : parsed.attributes);
      assert.equal(delivery.problem?.code, isRefused ? 'INVALID_MESSAGE' : undefined);
      assert.equal(delivery.id.length, parsed.messageId === undefined ? 32 : 1);
    });
  }
});

describe('every other body is left to the reader of all pushes:', () => {
  for (const [why, body, problem] of [
    ['a short one', JSON.stringify({ message: { data: 'e30=' } }), undefined],
    [
      'large data in another member',
      JSON.stringify({ message: { data: 'e30=', attributes: { data: base64 } } }),
    ],
    ['large data of no message', JSON.stringify({ data: base64, message: { data: 'e30=' } })],
    ['a message that is none', JSON.stringify({ data: base64, message: 'e30=' })],
    ['data with an escape', JSON.stringify({ message: { data: base64 } }).replace('b25l', '\\u00625l')],
    ['data that is not base64', JSON.stringify({ message: { data: `${base64}%` } }), 'is not base64'],
    ['data with a line end', JSON.stringify({ message: { data: base64 } }).replace('b25l', 'b25l\n')],
    ['no JSON', `{"message":{"data":"${base64}"}`],
    ['a string without an end', `{"message":{"data":"${base64}`],
    ['other bytes', Buffer.alloc(200_000, 0xff)],
  ] as const) {
    it(why, () => {
      assert.equal(readLargePush(Buffer.from(body)), undefined);
      assert.match(toDelivery(toPush(body)).problem?.message ?? '', new RegExp(problem ?? '^$'));
    });
  }
});
