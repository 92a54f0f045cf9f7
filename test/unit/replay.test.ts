import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LetterSource, toMessageLetter, toRowLetter } from '../../src/encode/dead-letter.ts';
import { createReplayRun, describeLetter, planReplay, type ReplayOptions } from '../../src/encode/replay.ts';
import { ScorerError } from '../../src/errors.ts';

const source: LetterSource = {
  id: 'm1',
  data: Buffer.from('{}'),
  attributes: { team: 'a', 'content-type': 'text/csv', 'content-encoding': 'gzip' },
  subscription: 'projects/p/subscriptions/features',
  topic: 'projects/p/topics/features',
};
const failure = {
  row: 3,
  problems: [{ code: 'UNKNOWN_CATEGORY', column: 'MES', expected: '1 to 12', got: '13' }],
} as const;
const rowLetter = (from = source) =>
  toRowLetter(from, { messageId: from.id, publishTime: undefined, row: 3 }, failure, {
    data: Buffer.from('row'),
    contentType: 'application/json',
  });
const messageLetter = (from = source) =>
  toMessageLetter(from, new ScorerError('It is empty.', { code: 'INVALID_MESSAGE' }));
const moved = {
  team: 'a',
  CloudPubSubDeadLetterSourceDeliveryCount: '30',
  CloudPubSubDeadLetterSourceSubscription: 'features',
  CloudPubSubDeadLetterSourceSubscriptionProject: 'p',
  CloudPubSubDeadLetterSourceTopicPublishTime: '2026-11-24T10:28:10.525Z',
};
const plan = (attributes: Readonly<Record<string, string>>, options: Partial<ReplayOptions> = {}) =>
  planReplay({ messageId: 'l1', attributes }, { again: false, areLocal: false, ...options });

describe('a dead letter', () => {
  it('of a row goes back to its topic, with the place that the row first had', () => {
    assert.deepEqual(plan(rowLetter().attributes), {
      action: 'publish',
      to: { topic: source.topic },
      attributes: {
        team: 'a',
        'content-type': 'application/json',
        'replayed-from': 'm1',
        'replayed-row': '3',
      },
    });
  });

  it('of a whole message goes back as it came', () => {
    assert.deepEqual(plan(messageLetter().attributes), {
      action: 'publish',
      to: { topic: source.topic },
      attributes: { ...source.attributes, 'replayed-from': 'm1' },
    });
  });

  it('that Pub/Sub moved goes back to the topic of its subscription', () => {
    assert.deepEqual(plan(moved), {
      action: 'publish',
      to: { subscription: 'features', project: 'p' },
      attributes: { team: 'a', 'replayed-from': 'l1' },
    });
    assert.deepEqual(describeLetter({ messageId: 'l1', attributes: moved }), {
      code: 'UNDELIVERED',
      kind: 'delivery',
    });
  });

  it('that failed after a replay stays, and keeps its first place when it is asked for again', () => {
    const replayed = { ...source, attributes: { team: 'a', 'replayed-from': 'm1', 'replayed-row': '2' } };
    for (const [letter, row] of [
      [rowLetter(replayed), '3'],
      [messageLetter(replayed), '2'],
    ] as const) {
      assert.deepEqual(plan(letter.attributes), { action: 'skip', why: 'failed again' });
      const again = plan(letter.attributes, { again: true });
      assert.ok(again.action === 'publish');
      assert.deepEqual([again.attributes['replayed-from'], again.attributes['replayed-row']], ['m1', row]);
    }
    const movedAgain = plan({ ...moved, 'replayed-from': 'm0' }, { again: true });
    assert.ok(movedAgain.action === 'publish');
    assert.equal(movedAgain.attributes['replayed-from'], 'm0');
  });

  it('of a file stays, and so does what does not say where it came from, unless a topic is named', () => {
    assert.deepEqual(plan({ 'dead-letter-kind': 'object', 'source-topic': 't' }), {
      action: 'skip',
      why: 'object',
    });
    assert.deepEqual(plan({ a: 'b' }), { action: 'skip', why: 'no source' });
    const named = plan({ a: 'b' }, { to: 'features' });
    assert.ok(named.action === 'publish');
    assert.deepEqual(named.to, { topic: 'features' });
  });

  for (const [title, letter, areLocal, to] of [
    ['local letters', { 'source-topic': 'features' }, true, { topic: 'features' }],
    [
      'letters on Pub/Sub that name their subscription',
      { 'source-topic': 'features', 'source-subscription': source.subscription ?? '' },
      false,
      { subscription: 'features', project: 'p' },
    ],
    ['letters on Pub/Sub that do not', { 'source-topic': 'features' }, false, undefined],
    [
      'letters whose subscription is no full name',
      { 'source-topic': 'f', 'source-subscription': 'features' },
      false,
      undefined,
    ],
  ] as const) {
    it(`with the short name of a topic goes to ${to === undefined ? 'none' : JSON.stringify(to)}: ${title}`, () => {
      const planned = plan(letter, { areLocal });
      if (to === undefined) assert.deepEqual(planned, { action: 'skip', why: 'no source' });
      else assert.deepEqual(planned.action === 'publish' && planned.to, to);
    });
  }

  it('that a replay of the same run has made is known, others are not', () => {
    const run = createReplayRun();
    const again = (id: string, from: string) => ({
      messageId: 'l2',
      attributes: { 'dead-letter-id': id, 'replayed-from': from },
    });
    assert.equal(run.hasMade(again('m1/3', 'm1')), false);
    run.replays({ 'replayed-from': 'm1', 'replayed-row': '3' });
    assert.deepEqual(
      [
        run.hasMade(again('m1/3', 'm1')),
        run.hasMade(again('m1/4', 'm1')),
        run.hasMade({ messageId: 'm1/3', attributes: {} }),
      ],
      [true, false, false],
    );
    run.replays({ 'replayed-from': 'm2' });
    assert.equal(run.hasMade(again('m2/7', 'm2')), true);
  });
});
