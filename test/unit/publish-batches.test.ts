import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type PublishBatchesOptions,
  type PublishOutcome,
  publishBatches,
} from '../../cli/publish-batches.ts';
import type { RowMessage } from '../../cli/publish-rows.ts';
import { ScorerError } from '../../src/errors.ts';
import type { OutgoingMessage } from '../../src/ports/publisher.ts';

const REFUSED = new ScorerError('Not now.', { code: 'PUBLISH_FAILED' });
const FINAL = new ScorerError('Never.', { code: 'USAGE' });

/** Messages of one row each, whose data tells the row. */
async function* rowsFrom(from: number, to: number, bytes = 10): AsyncGenerator<RowMessage> {
  for (let row = from; row < to; row += 1) {
    yield { data: Buffer.from(String(row)), attributes: {}, rows: 1, badRows: 0, nextRow: row + 1, bytes };
  }
}

const rowsOf = (messages: readonly OutgoingMessage[]): number[] =>
  messages.map(({ data }) => Number(Buffer.from(data).toString()));

function publishRows(
  send: PublishBatchesOptions['send'],
  more: Partial<PublishBatchesOptions> = {},
  read = (): AsyncIterable<RowMessage> => rowsFrom(0, 5000),
): Promise<PublishOutcome> {
  return publishBatches(read, {
    fromRow: 0,
    maxUnderWay: 4,
    stop: new AbortController().signal,
    readBytes: () => 0,
    send,
    onAccepted: () => {},
    onRetry: () => {},
    wait: async () => {},
    ...more,
  });
}

describe('batches of messages', () => {
  it('have at most 1,000 messages or 8 MB, and go out several at once', async () => {
    let [underWay, most] = [0, 0];
    const sizes: number[] = [];
    const outcome = await publishRows(async (messages) => {
      sizes.push(messages.length);
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
    });
    assert.deepEqual(sizes, [1000, 1000, 1000, 1000, 1000]);
    assert.equal(most, 4);
    assert.deepEqual(
      [outcome.messages, outcome.rows, outcome.safeRow, outcome.unsureRows, outcome.failure],
      [5000, 5000, 5000, 0, undefined],
    );
    const large: number[] = [];
    const send = async (messages: readonly OutgoingMessage[]) => large.push(messages.length);
    await publishRows(send, {}, () => rowsFrom(0, 5, 3_000_000));
    assert.deepEqual(large, [2, 2, 1]);
  });

  it('call no row published that is not, whichever batches fail and in whatever order they end', async () => {
    const plan = fc.array(fc.record({ turns: fc.nat(4), fails: fc.boolean() }), {
      minLength: 5,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 1, max: 4 }), async (batches, maxUnderWay) => {
        const accepted = new Set<number>();
        const tried = new Set<number>();
        const send = async (messages: readonly OutgoingMessage[]): Promise<void> => {
          const rows = rowsOf(messages);
          const batch = batches[Math.floor((rows[0] ?? 0) / 1000)];
          for (const row of rows) tried.add(row);
          for (let turn = 0; turn < (batch?.turns ?? 0); turn += 1) await new Promise(setImmediate);
          if (batch?.fails) throw FINAL;
          for (const row of rows) accepted.add(row);
        };
        const outcome = await publishRows(send, { maxUnderWay });
        for (let row = 0; row < outcome.safeRow; row += 1) assert.ok(accepted.has(row), `row ${row}`);
        assert.ok(!accepted.has(outcome.safeRow));
        assert.equal(outcome.rows, accepted.size);
        assert.equal(outcome.safeRow + outcome.unsureRows, tried.size);
        assert.equal(outcome.failure, outcome.safeRow === 5000 ? undefined : FINAL);
        assert.ok(outcome.unsureRows <= maxUnderWay * 1000);
      }),
      { numRuns: 200 },
    );
  });

  it('go out again a few times, with growing waits, where the failure may pass', async () => {
    const waits: number[] = [];
    let tries = 0;
    const send = async (): Promise<void> => {
      tries += 1;
      if (tries < 4) throw REFUSED;
    };
    const told: number[] = [];
    const onRetry = (error: Error, ms: number) => {
      assert.equal(error, REFUSED);
      told.push(ms);
    };
    const wait = async (ms: number) => waits.push(ms);
    const outcome = await publishRows(send, { wait, onRetry, maxUnderWay: 1 }, () => rowsFrom(0, 10));
    assert.deepEqual(waits, [1000, 2000, 4000]);
    assert.deepEqual(told, waits);
    assert.deepEqual([outcome.failure, outcome.rows, outcome.repeated], [undefined, 10, 10]);
    tries = Number.NEGATIVE_INFINITY;
    const failed = await publishRows(send, { wait }, () => rowsFrom(0, 10));
    assert.deepEqual([failed.failure, failed.safeRow, failed.unsureRows], [REFUSED, 0, 10]);
    assert.deepEqual(waits.slice(3), [1000, 2000, 4000, 8000]);
  });

  it('are not sent again where the failure stays', async () => {
    for (const error of [FINAL, new Error('a fault')]) {
      let tries = 0;
      const outcome = await publishRows(
        async () => {
          tries += 1;
          throw error;
        },
        { maxUnderWay: 1 },
      );
      assert.equal(tries, 1);
      assert.equal(outcome.failure, error);
    }
  });

  it('end at a stop once those under way are accepted, even while the input says nothing', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const outcome = await publishRows(
      async () => {
        await new Promise(setImmediate);
        stop.abort(reason);
        await new Promise(setImmediate);
      },
      { stop: stop.signal, fromRow: 7 },
      (signal = stop.signal) => waitAfter(rowsFrom(7, 1008), signal),
    );
    assert.deepEqual([outcome.failure, outcome.safeRow, outcome.unsureRows], [reason, 1007, 0]);
  });

  it('wait for no further attempt after a stop', async () => {
    const stop = new AbortController();
    const outcome = await publishRows(
      async () => {
        throw REFUSED;
      },
      {
        stop: stop.signal,
        wait: async (_ms, signal) => {
          stop.abort(new Error('stopped'));
          signal.throwIfAborted();
        },
      },
    );
    assert.deepEqual([outcome.safeRow, outcome.rows], [0, 0]);
  });

  it('go out with all that came before a row that is refused', async () => {
    async function* refuseAt(row: number): AsyncGenerator<RowMessage> {
      yield* rowsFrom(0, row);
      throw FINAL;
    }
    const outcome = await publishRows(
      async () => {},
      {},
      () => refuseAt(1500),
    );
    assert.deepEqual([outcome.failure, outcome.safeRow, outcome.unsureRows], [FINAL, 1500, 0]);
  });
});

/** Messages, then nothing until the signal aborts. */
async function* waitAfter(
  messages: AsyncIterable<RowMessage>,
  signal: AbortSignal,
): AsyncGenerator<RowMessage> {
  yield* messages;
  await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}
