// A model in several threads gives what it gives in one.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Frame } from '../../src/features/frame.ts';
import { createSession, type RawTensor, type RunPlan, type Session } from '../../src/model/session.ts';
import { openRunner } from '../../src/serving/runner.ts';
import { createSessionPool } from '../../src/serving/session-pool.ts';

const WIDTH = 37;
const readModel = () => readFile(join(import.meta.dirname, '../../model-files/flight-delay/model.onnx'));
const options = { workers: 2, logger: { log: () => undefined }, atExit: () => () => undefined };

let session: Session;
let pool: Session;
let plan: RunPlan;

before(async () => {
  session = await createSession(await readModel());
  pool = await createSessionPool(readModel, options);
  plan = {
    inputs: [{ name: session.inputs[0]?.name ?? '', type: 'float32', width: WIDTH, rank: 2 }],
    outputs: session.outputs.map(({ name }) => name),
    oneByOne: false,
  };
});

after(async () => {
  await pool.release();
  await session.release();
});

/** Rows that differ, the same for the same seed. */
function frameOf(rows: number, seed = 1): Frame {
  let state = seed;
  const values = Float32Array.from({ length: rows * WIDTH }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return { rows, data: [values] };
}

/** The tensors with their bytes, so that equal means equal bit for bit. */
function bitsOf(tensors: readonly RawTensor[]) {
  return tensors.map(({ type, dims, data }) => {
    assert.ok(ArrayBuffer.isView(data));
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return { type, dims, kind: data.constructor.name, bytes: bytes.toString('hex') };
  });
}

describe('a pool of sessions', () => {
  it('shows the inputs and outputs of the model', () => {
    assert.deepEqual(pool.inputs, session.inputs);
    assert.deepEqual(pool.outputs, session.outputs);
  });

  for (const rows of [2, 64, 998, 2048]) {
    it(`gives the bits that a session in this thread gives for ${rows} rows`, async () => {
      const expected = bitsOf(await session.run(frameOf(rows), plan));
      assert.equal(expected[0]?.dims[0], rows);
      assert.deepEqual(bitsOf(await pool.run(frameOf(rows), plan)), expected);
    });
  }

  it('gives the same for rows one by one', async () => {
    const oneByOne = { ...plan, oneByOne: true };
    const expected = bitsOf(await session.run(frameOf(5), oneByOne));
    assert.deepEqual(bitsOf(await pool.run(frameOf(5), oneByOne)), expected);
  });

  it('gives each of 50 callers the results of his own rows', async () => {
    const seeds = Array.from({ length: 50 }, (_, index) => index + 1);
    const results = await Promise.all(seeds.map((seed) => pool.run(frameOf(2 * seed, seed), plan)));
    for (const [index, seed] of seeds.entries()) {
      const expected = bitsOf(await session.run(frameOf(2 * seed, seed), plan));
      assert.deepEqual(bitsOf(results[index] ?? []), expected);
    }
  });

  it('takes the buffers of a whole frame, and copies from a larger one', async () => {
    const whole = frameOf(64);
    const large = frameOf(128);
    const values = large.data[0] as Float32Array;
    const part: Frame = { rows: 64, data: [values.subarray(0, 64 * WIDTH)] };
    const runs = [pool.run(whole, plan), pool.run(part, plan)];
    const [first, second] = (await Promise.all(runs)).map(bitsOf);
    assert.deepEqual(first, second);
    assert.deepEqual(
      whole.data.map(({ length }) => length),
      [0],
    );
    assert.deepEqual(large, frameOf(128));
  });

  it('passes on what the runtime says of a frame that it refuses, and goes on', async () => {
    const wrong = { ...plan, inputs: [{ name: 'nothing', type: 'float32', width: WIDTH, rank: 2 }] } as const;
    const failure = await session.run(frameOf(2), wrong).catch((error: unknown) => error);
    assert.ok(failure instanceof Error);
    await assert.rejects(pool.run(frameOf(2), wrong), { code: 'MODEL_INVALID', message: failure.message });
    assert.equal((await pool.run(frameOf(2), plan)).length, 2);
  });
});

describe('a pool that is opened', () => {
  it('with what is no model fails with MODEL_INVALID, as a session in this thread does', async () => {
    const noModel = async () => new TextEncoder().encode('no model');
    const failure = await createSession(await noModel()).catch((error: unknown) => error);
    assert.ok(failure instanceof Error);
    await assert.rejects(createSessionPool(noModel, options), {
      code: 'MODEL_INVALID',
      message: failure.message,
    });
  });

  it('reads the model once for all its threads, and leaves its bytes as they are', async () => {
    const bytes = await readModel();
    const expected = Buffer.from(bytes);
    let reads = 0;
    const opened = await createSessionPool(async () => {
      reads += 1;
      return bytes;
    }, options);
    await opened.release();
    assert.equal(reads, 1);
    assert.deepEqual(bytes, expected);
  });
});

describe('what serves a model', () => {
  it("leaves no session open when it can't be measured", async () => {
    let released = 0;
    const failing: Session = {
      ...session,
      run: () => Promise.reject(new Error('no run')),
      async release() {
        released += 1;
      },
    };
    const parts = { readModel, cpus: 1, logger: options.logger, atExit: options.atExit, nowMs: () => 0 };
    await assert.rejects(
      openRunner(failing, plan, { oneRow: frameOf(2), batch: frameOf(64) }, parts),
      /no run/,
    );
    assert.equal(released, 1);
  });

  for (const [kind, runMs, parallelRuns] of [
    ['inline', 0.01, 1],
    ['workers', 10, 6],
  ] as const) {
    it(`runs ${kind} when a run takes ${runMs} ms`, async () => {
      let nowMs = 0;
      let isReleased = false;
      const opened = await createSession(await readModel());
      const timed: Session = {
        ...opened,
        run(frame, how) {
          nowMs += runMs;
          return opened.run(frame, how);
        },
        release() {
          isReleased = true;
          return opened.release();
        },
      };
      const runner = await openRunner(
        timed,
        plan,
        { oneRow: frameOf(2), batch: frameOf(64) },
        { readModel, cpus: 3, logger: options.logger, atExit: options.atExit, nowMs: () => nowMs },
      );
      assert.deepEqual([runner.kind, runner.parallelRuns], [kind, parallelRuns]);
      assert.equal(isReleased, kind === 'workers', 'the session of this thread is not kept beside a pool');
      const expected = bitsOf(await session.run(frameOf(64), plan));
      assert.deepEqual(bitsOf(await runner.session.run(frameOf(64), plan)), expected);
      await runner.session.release();
      assert.equal(isReleased, true);
    });
  }
});
