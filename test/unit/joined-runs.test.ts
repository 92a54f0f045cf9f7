// Runs that wait in the thread of the event loop are made together.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Frame, sliceFrame } from '../../src/features/frame.ts';
import { createSession, type RawTensor, type RunPlan, type Session } from '../../src/model/session.ts';
import { createInlineSession } from '../../src/serving/inline-session.ts';
import { createRandom } from '../mutations.ts';

const plan: RunPlan = {
  inputs: [
    { name: 'n', type: 'float32', width: 2, rank: 2 },
    { name: 't', type: 'string', width: 1, rank: 2 },
  ],
  outputs: ['sum', 'text'],
  oneByOne: false,
};

/** Adds numbers and echoes texts; refuses NaN, as a runtime may refuse a row. Tells the rows of each run. */
function adder(shape: (rows: number) => number = (rows) => rows) {
  const ran: number[] = [];
  const session: Session = {
    inputs: [],
    outputs: [],
    async run({ rows, data }): Promise<readonly RawTensor[]> {
      ran.push(rows);
      await new Promise((resolve) => setImmediate(resolve));
      const [numbers, texts] = data as [Float32Array, string[]];
      if (numbers.some(Number.isNaN)) throw new Error('NaN');
      const sums = Float32Array.from({ length: rows }, (_, row) => {
        return (numbers[2 * row] as number) + (numbers[2 * row + 1] as number);
      });
      return [
        { type: 'float32', dims: [shape(rows)], data: sums },
        { type: 'string', dims: [rows, 1], data: [...texts] },
      ];
    },
    async release() {},
  };
  return { session, ran };
}

function frameOf(...numbers: number[]): Frame {
  const rows = numbers.flatMap((number) => [number, 1]);
  return { rows: numbers.length, data: [Float32Array.from(rows), numbers.map((number) => `t${number}`)] };
}

async function outcome(run: Promise<readonly RawTensor[]>) {
  const [sum, text] = (await run) as [RawTensor, RawTensor];
  return [[...(sum.data as Float32Array)], sum.dims, text.data, text.dims];
}

describe('runs that wait', () => {
  it('are made together, and each gets its rows', async () => {
    const { session, ran } = adder();
    const inline = createInlineSession(session, 100);
    const outcomes = await Promise.all(
      [
        [1, 2],
        [3, 4],
        [5, 6, 7, 8],
        [9, 10],
      ].map((numbers) => outcome(inline.run(frameOf(...numbers), plan))),
    );
    assert.deepEqual(ran, [2, 8]);
    assert.deepEqual(outcomes, [
      [[2, 3], [2], ['t1', 't2'], [2, 1]],
      [[4, 5], [2], ['t3', 't4'], [2, 1]],
      [[6, 7, 8, 9], [4], ['t5', 't6', 't7', 't8'], [4, 1]],
      [[10, 11], [2], ['t9', 't10'], [2, 1]],
    ]);
  });

  it('are so many as may be, in their order', async () => {
    const { session, ran } = adder();
    const inline = createInlineSession(session, 6);
    const other = { ...plan };
    await Promise.all([
      ...[
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
        [9, 10],
      ].map((numbers) => inline.run(frameOf(...numbers), plan)),
      inline.run(frameOf(11, 12), other),
      inline.run(frameOf(...Array.from({ length: 8 }, (_, index) => index)), plan),
      inline.run(frameOf(13, 14), { ...plan, oneByOne: true }),
    ]);
    assert.deepEqual(ran, [2, 6, 2, 2, 8, 2]);
  });

  it('are made alone where they fail together: only the one that fails fails', async () => {
    const { session, ran } = adder();
    const inline = createInlineSession(session, 100);
    const settled = await Promise.allSettled(
      [1, 2, Number.NaN, 3].map((number) => outcome(inline.run(frameOf(number, number), plan))),
    );
    assert.deepEqual(ran, [2, 6, 2, 2, 2]);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    await inline.release();
  });

  it('are made alone where an output has no entry a row', async () => {
    const { session, ran } = adder(() => 1);
    const inline = createInlineSession(session, 100);
    await Promise.all([1, 2, 3].map((number) => inline.run(frameOf(number, number), plan)));
    assert.deepEqual(ran, [2, 4, 2, 2]);
  });

  it('give the bits that they give alone', async () => {
    const path = join(import.meta.dirname, '../../model-files/flight-delay/model.onnx');
    const session = await createSession(await readFile(path));
    const inline = createInlineSession(session, 512);
    const real: RunPlan = {
      inputs: [{ name: session.inputs[0]?.name ?? '', type: 'float32', width: 37, rank: 2 }],
      outputs: session.outputs.map(({ name }) => name),
      oneByOne: false,
    };
    const random = createRandom(3);
    const whole: Frame = {
      rows: 200,
      data: [Float32Array.from({ length: 200 * 37 }, () => random(1000) / 999)],
    };
    const frames = Array.from({ length: 100 }, (_, index) =>
      sliceFrame(whole, real.inputs, 2 * index, 2 * index + 2),
    );
    const together = await Promise.all(frames.map((frame) => inline.run(frame, real)));
    for (const [index, frame] of frames.entries()) {
      const alone = await session.run(frame, real);
      assert.deepEqual(together[index], alone);
    }
    await inline.release();
  });
});
