// The data of messages as it is scored: inflated where they say so, within bounds.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type ByteLease, createByteBudget } from '../../src/byte-budget.ts';
import { ScorerError } from '../../src/errors.ts';
import { MAX_INFLATED_BYTES, toPlain } from '../../src/stream/compression.ts';

const { signal } = new AbortController();
const FLIGHT = '{"MES":7}\n';

function inflate(data: Uint8Array, encoding?: string, budget = createByteBudget(MAX_INFLATED_BYTES)) {
  const attributes: Record<string, string> = encoding === undefined ? {} : { 'content-encoding': encoding };
  const rest = { publishTime: undefined, orderingKey: undefined, subscription: undefined };
  return toPlain({ id: 'm', data, attributes, ...rest }, budget, signal);
}

const hasCode = (code: string) => (error: unknown) => error instanceof ScorerError && error.code === code;

describe('the data of a message', () => {
  for (const encoding of [undefined, '', ' ', 'identity', 'IDENTITY']) {
    it(`is taken as it is with the content-encoding ${encoding}`, async () => {
      const data = gzipSync(FLIGHT);
      assert.equal((await inflate(data, encoding)).data, data);
    });
  }

  for (const encoding of ['gzip', 'GZip', ' x-gzip ']) {
    it(`is inflated with the content-encoding ${encoding}, of several members and with zeros behind them`, async () => {
      const data = Buffer.concat([gzipSync(FLIGHT), gzipSync(FLIGHT.repeat(2)), Buffer.alloc(512)]);
      const plain = await inflate(data, encoding);
      assert.equal(Buffer.from(plain.data).toString(), FLIGHT.repeat(3));
    });
  }

  const whole = gzipSync(FLIGHT);
  for (const [why, data, encoding] of [
    ['cut short', whole.subarray(0, -1), 'gzip'],
    ['empty', Buffer.alloc(0), 'gzip'],
    ['damaged', Buffer.from(whole).fill(0x55, 15, 18), 'gzip'],
    ['of another kind', Buffer.from(FLIGHT), 'gzip'],
    ['followed by other bytes', Buffer.concat([whole, Buffer.from('x')]), 'gzip'],
    ['followed by other bytes behind zeros', Buffer.concat([whole, Buffer.from('\0\0x')]), 'gzip'],
    ['followed by half a member', Buffer.concat([whole, whole.subarray(0, 12)]), 'gzip'],
    ['compressed with br', whole, 'br'],
    ['compressed twice', whole, 'gzip, gzip'],
  ] as const) {
    it(`is refused where it is ${why}, and its bytes are given back`, async () => {
      const budget = createByteBudget(MAX_INFLATED_BYTES);
      await assert.rejects(inflate(data, encoding, budget), hasCode('INVALID_COMPRESSION'));
      (await budget.take(MAX_INFLATED_BYTES)).release();
    });
  }

  it('is refused past 32 MiB, and taken at 32 MiB', async () => {
    const most = gzipSync(Buffer.alloc(MAX_INFLATED_BYTES));
    assert.equal((await inflate(most, 'gzip')).data.length, MAX_INFLATED_BYTES);
    const more = gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1));
    await assert.rejects(inflate(more, 'gzip'), hasCode('BODY_TOO_LARGE'));
  });

  it('takes bytes before it is inflated, and keeps those that it needs until it is released', async () => {
    const calls: (readonly [string, number])[] = [];
    const lease: ByteLease = {
      shrink: (bytes) => calls.push(['shrink', bytes]),
      release: () => calls.push(['release', 0]),
    };
    const budget = {
      take: async (bytes: number) => {
        calls.push(['take', bytes]);
        return lease;
      },
    };
    const plain = await inflate(gzipSync(FLIGHT), 'gzip', budget);
    const taken = Math.min(gzipSync(FLIGHT).length * 1032, MAX_INFLATED_BYTES);
    assert.deepEqual(calls, [
      ['take', taken],
      ['shrink', FLIGHT.length],
    ]);
    plain.release();
    assert.deepEqual(calls.at(-1), ['release', 0]);
  });
});
