import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toLetterText } from '../../cli/letter-text.ts';
import { walkLetters } from '../../cli/letters.ts';
import { ScorerError } from '../../src/errors.ts';
import type { PulledMessage, PullSubscription } from '../../src/ports/pull-subscription.ts';

const FAILURE = new ScorerError('Not now.', { code: 'SUBSCRIPTION_FAILED' });

const toLetter = (index: number): PulledMessage => ({
  ackId: `ack ${index}`,
  messageId: `${index}`,
  data: Buffer.from('{}'),
  attributes: {},
  publishTime: '2026-11-24T10:28:10.525Z',
});

/** A subscription of letters that notes what is done with them. */
function createSubscription(count: number, failing: Partial<PullSubscription> = {}) {
  const waiting = Array.from({ length: count }, (_, index) => toLetter(index));
  const done = { acknowledged: [] as string[], released: [] as string[], closed: 0 };
  const subscription: PullSubscription = {
    pull: async (max) => waiting.splice(0, max),
    async acknowledge(ackIds) {
      done.acknowledged.push(...ackIds);
    },
    async release(ackIds) {
      done.released.push(...ackIds);
    },
    async close() {
      done.closed += 1;
    },
    ...failing,
  };
  return { subscription, done };
}

describe('a walk over letters', () => {
  it('ends when nothing comes any more, and gives back what was not acknowledged', async () => {
    const { subscription, done } = createSubscription(1205);
    const sizes: number[] = [];
    const walk = await walkLetters(subscription, 10_000, async (letters) => {
      sizes.push(letters.length);
      return letters.slice(0, 1).map(({ ackId }) => ackId);
    });
    assert.deepEqual(walk, { count: 1205, end: 'all' });
    assert.equal(Math.max(...sizes), 100);
    assert.deepEqual([done.acknowledged.length, done.released.length, done.closed], [13, 1192, 1]);
  });

  it('ends at its limit', async () => {
    const { subscription, done } = createSubscription(150);
    const walk = await walkLetters(subscription, 120, async () => []);
    assert.deepEqual(walk, { count: 120, end: 'limit' });
    assert.equal(done.released.length, 120);
  });

  it('ends after the batch in which Ctrl-C comes', async () => {
    const { subscription, done } = createSubscription(500);
    const walk = await walkLetters(subscription, 10_000, async () => {
      process.emit('SIGINT');
      return [];
    });
    assert.deepEqual(walk, { count: 100, end: 'stopped' });
    assert.equal(done.released.length, 100);
    assert.equal(process.listenerCount('SIGTERM'), 0);
  });

  for (const failing of ['pull', 'acknowledge'] as const) {
    it(`returns the failure of ${failing}, not that of giving letters back, and closes`, async () => {
      const { subscription, done } = createSubscription(10);
      let pulls = 0;
      const { pull } = subscription;
      const broken: PullSubscription = {
        ...subscription,
        async pull(max) {
          pulls += 1;
          if (failing === 'pull' && pulls > 1) throw FAILURE;
          return pull(max);
        },
        async acknowledge() {
          if (failing === 'acknowledge') throw FAILURE;
        },
        release: () => Promise.reject(new ScorerError('Other.', { code: 'SUBSCRIPTION_FAILED' })),
      };
      const walk = await walkLetters(broken, 100, async () => []);
      assert.deepEqual([walk.count, walk.end, walk.failure], [10, 'failed', FAILURE]);
      assert.equal(done.closed, 1);
    });
  }

  it('gives letters back and closes when what looks at them throws', async () => {
    const { subscription, done } = createSubscription(10);
    const looking = walkLetters(subscription, 100, () => Promise.reject(new TypeError('a mistake')));
    await assert.rejects(looking, TypeError);
    assert.deepEqual([done.released.length, done.closed], [10, 1]);
  });
});

describe('the text of a letter', () => {
  const letter = { ...toLetter(1), attributes: { 'error-message': 'a\nb\u001b[2J' } };
  const shown = (data: string | Uint8Array, isTerminal = false, maxBytes = 4): string =>
    toLetterText({ ...letter, data: Buffer.from(data) }, { maxBytes, isTerminal }).split('\n\n')[1] ?? '';

  it('holds an attribute a line, without control characters', () => {
    const [head, attribute] = toLetterText(letter, { maxBytes: 10, isTerminal: false }).split('\n');
    assert.equal(head, 'Letter 1, 2026-11-24T10:28:10.525Z');
    assert.equal(attribute, '  error-message: a b [2J');
  });

  it('holds data as text where it is UTF-8, else as base64, cut at a whole character', () => {
    assert.equal(shown('\ufeff{}', false, 10), '\ufeff{}');
    assert.equal(shown('abcé'), 'abc… (5 bytes: see --full)');
    assert.equal(shown(Uint8Array.of(0xff, 0)), 'base64: /wA=');
  });

  it('tells a terminal nothing that it would obey', () => {
    assert.equal(shown('\u001b[2', true), '\ufffd[2');
    assert.equal(shown('\u001b[2', false), '\u001b[2');
    assert.equal(shown('a\tb', true), 'a\tb');
  });
});
