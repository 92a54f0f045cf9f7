// What a pool does when its threads end, fail or are let go.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setEnvironmentData } from 'node:worker_threads';
import { ScorerError } from '../../src/errors.ts';
import type { Frame, FrameData } from '../../src/features/frame.ts';
import type { RunPlan, Session } from '../../src/model/session.ts';
import { createSessionPool, type SessionPoolOptions } from '../../src/serving/session-pool.ts';
import { WORD } from './fake-session-worker.ts';

const entry = new URL('./fake-session-worker.ts', import.meta.url);
const DEADLINE_MS = 30_000;
const words = new Int32Array(new SharedArrayBuffer(16));
setEnvironmentData('words', words);

let pools: Session[] = [];
let crashes: string[] = [];

beforeEach(() => {
  words.fill(0);
  crashes = [];
});

afterEach(async () => {
  Atomics.store(words, WORD.go, 1);
  Atomics.notify(words, WORD.go);
  await Promise.all(pools.map((pool) => pool.release()));
  pools = [];
});

async function open(
  workers: number,
  given: Partial<Pick<SessionPoolOptions, 'atExit'>> & {
    readonly readModel?: () => Promise<Uint8Array>;
  } = {},
): Promise<Session> {
  const { readModel = async () => Uint8Array.of(1), atExit = () => () => undefined } = given;
  const logger = { log: (_: string, event: string, message: string) => crashes.push(`${event}: ${message}`) };
  const pool = await createSessionPool(readModel, { workers, logger, atExit, entry });
  pools.push(pool);
  return pool;
}

const frameOf = (value: number): Frame => ({ rows: 1, data: [Float32Array.of(value)] });

/** Runs one row; gives the value back, or the code of the failure. */
async function run(pool: Session, command: string, value = 1): Promise<unknown> {
  const plan: RunPlan = { inputs: [], outputs: [command], oneByOne: false };
  try {
    const tensors = await pool.run(frameOf(value), plan);
    const [data] = tensors.map((tensor) => tensor.data as Float32Array);
    return data?.[0];
  } catch (error) {
    assert.ok(error instanceof ScorerError && error.retryable);
    return error.code;
  }
}

/** Runs until that works again. */
async function runAgain(pool: Session): Promise<unknown> {
  const endMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const outcome = await run(pool, 'echo', 5);
    if (outcome !== 'MODEL_NOT_READY' || performance.now() > endMs) return outcome;
    await turn(); // a thread opens meanwhile
  }
}

describe('a pool', () => {
  it('carries every kind of data there and back', async () => {
    const pool = await open(1);
    const kinds = (): FrameData[] => [
      Float32Array.of(1.5, Number.NaN),
      Float64Array.of(1e300, -0),
      BigInt64Array.of(2n ** 62n, -1n),
      Int32Array.of(-1, 7),
      Uint8Array.of(0, 1),
      ['a', 'ü\u{1f600}'],
    ];
    const tensors = await pool.run(
      { rows: 2, data: kinds() },
      { inputs: [], outputs: ['echo'], oneByOne: false },
    );
    assert.deepEqual(
      tensors.map(({ data }) => data),
      kinds(),
    );
  });

  it('runs as many runs at once as it has threads', async () => {
    const pool = await open(2);
    assert.deepEqual(await Promise.all([run(pool, 'meet', 1), run(pool, 'meet', 2)]), [1, 2]);
  });

  it('takes runs first come, first served', async () => {
    const pool = await open(1);
    const order: number[] = [];
    const values = [1, 2, 3, 4, 5, 6];
    await Promise.all(
      values.map(async (value) => {
        await run(pool, 'echo', value);
        order.push(value);
      }),
    );
    assert.deepEqual(order, values);
  });

  it('passes on the code, message, detail and cause of an error', async () => {
    const pool = await open(1);
    const plan: RunPlan = { inputs: [], outputs: ['refuse'], oneByOne: false };
    const error = await pool.run(frameOf(1), plan).catch((reason: unknown) => reason);
    assert.ok(error instanceof ScorerError);
    assert.deepEqual(
      [error.code, error.message, error.detail],
      ['MODEL_INVALID', 'Got invalid dimensions.', { expected: 37, got: [1, 2] }],
    );
    assert.match(String(error.cause), /from the runtime/);
  });

  for (const command of ['stumble', 'mumble']) {
    it(`fails a run with INTERNAL, and keeps its thread, when it ${command}s`, async () => {
      const pool = await open(1);
      assert.deepEqual(await Promise.all([run(pool, command), run(pool, 'echo', 3)]), ['INTERNAL', 3]);
      assert.deepEqual(crashes, []);
    });
  }

  it('fails a run whose frame can not be sent with INTERNAL, and keeps its thread', async () => {
    const pool = await open(1);
    const frame: Frame = { rows: 1, data: [[(() => 0) as unknown as string]] };
    const sent = pool.run(frame, { inputs: [], outputs: ['echo'], oneByOne: false });
    await assert.rejects(sent, { code: 'INTERNAL' });
    assert.equal(await run(pool, 'echo', 3), 3);
  });
});

describe('a thread that ends', () => {
  for (const command of ['exit', 'throw']) {
    it(`by ${command} fails its own run alone, and another takes its place`, async () => {
      const pool = await open(2);
      const outcomes = await Promise.all([
        run(pool, 'echo', 1),
        run(pool, command),
        run(pool, 'echo', 2),
        run(pool, 'echo', 3),
      ]);
      assert.deepEqual(outcomes, [1, 'INTERNAL', 2, 3]);
      assert.equal(crashes.length, 1);
      assert.match(crashes[0] ?? '', /^WORKER_CRASHED: A worker thread .* ended with code [17]/);
      const met = await Promise.all([run(pool, 'meet', 1), run(pool, 'meet', 2)]);
      assert.deepEqual(met, [1, 2], 'two threads again');
    });
  }

  it('three times in a row leaves runs MODEL_NOT_READY, those that wait too, until a new one opens', async () => {
    const pool = await open(1);
    const commands = ['exit', 'exit', 'exit', 'echo', 'exit'];
    const outcomes = await Promise.all(commands.map((command) => run(pool, command)));
    assert.deepEqual(outcomes, ['INTERNAL', 'INTERNAL', 'INTERNAL', 'MODEL_NOT_READY', 'MODEL_NOT_READY']);
    assert.equal(crashes.length, 3);
    assert.equal(await runAgain(pool), 5);
  });

  it('counts from anew after a run', async () => {
    const pool = await open(1);
    const commands = ['exit', 'exit', 'echo', 'exit', 'refuse', 'exit', 'exit', 'echo'];
    const outcomes: unknown[] = [];
    for (const command of commands) outcomes.push(await run(pool, command));
    assert.deepEqual(outcomes, [
      ...['INTERNAL', 'INTERNAL', 1, 'INTERNAL'],
      ...['MODEL_INVALID', 'INTERNAL', 'INTERNAL', 1],
    ]);
  });

  it('while it opens in another place counts as a crash too', async () => {
    const pool = await open(1);
    Atomics.store(words, WORD.failingOpens, 1);
    assert.deepEqual(await Promise.all([run(pool, 'exit'), run(pool, 'echo', 2)]), ['INTERNAL', 2]);
    assert.equal(crashes.length, 2);
    Atomics.store(words, WORD.failingOpens, 2);
    assert.deepEqual(await Promise.all([run(pool, 'exit'), run(pool, 'echo', 2)]), [
      'INTERNAL',
      'MODEL_NOT_READY',
    ]);
    assert.equal(crashes.length, 5);
    assert.equal(await runAgain(pool), 5);
  });

  it('is replaced with the model read again; when that fails, the next run reads it', async () => {
    let reads = 0;
    const readModel = async () => {
      reads += 1;
      if (reads > 1 && reads < 5) throw new ScorerError('no disk', { code: 'STORAGE_FAILED' });
      return Uint8Array.of(1);
    };
    const pool = await open(1, { readModel });
    assert.deepEqual(await Promise.all([run(pool, 'exit'), run(pool, 'echo')]), [
      'INTERNAL',
      'MODEL_NOT_READY',
    ]);
    assert.deepEqual(crashes.slice(1), ['WORKER_CRASHED: no disk', 'WORKER_CRASHED: no disk']);
    assert.equal(await runAgain(pool), 5);
    assert.equal(reads, 5);
  });

  it('as the pool opens fails the opening', async () => {
    Atomics.store(words, WORD.failingOpens, 1);
    await assert.rejects(open(2), { code: 'INTERNAL' });
  });
});

describe('a pool that is released', () => {
  it('waits for the runs that it has, refuses others, and its threads end by themselves', async () => {
    let isSettled = false;
    const pool = await open(2, {
      atExit: () => () => {
        isSettled = true;
      },
    });
    const runs = [1, 2, 3, 4, 5].map((value) => run(pool, 'hold', value));
    const released = pool.release();
    const late = await run(pool, 'echo');
    assert.deepEqual([late, isSettled], ['MODEL_NOT_READY', false]);
    Atomics.store(words, WORD.go, 1);
    Atomics.notify(words, WORD.go);
    assert.deepEqual(await Promise.all(runs), [1, 2, 3, 4, 5]);
    await Promise.all([released, pool.release()]);
    assert.equal(isSettled, true);
    assert.deepEqual(crashes, []);
  });

  it('replaces a thread that ends meanwhile as long as runs wait for it', async () => {
    const pool = await open(1);
    const runs = [run(pool, 'exit'), run(pool, 'echo', 2), run(pool, 'exit')];
    await pool.release();
    assert.deepEqual(await Promise.all(runs), ['INTERNAL', 2, 'INTERNAL']);
  });
});
