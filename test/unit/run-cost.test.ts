// What runs cost, and where a model runs for it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Frame } from '../../src/features/frame.ts';
import type { RunPlan, Session } from '../../src/model/session.ts';
import { BATCH_ROWS, chooseRunner, measureCost } from '../../src/serving/run-cost.ts';

const plan: RunPlan = {
  inputs: [
    { name: 'n', type: 'float32', width: 3, rank: 2 },
    { name: 't', type: 'string', width: 1, rank: 2 },
  ],
  outputs: ['o'],
  oneByOne: false,
};

function frameOf(rows: number): Frame {
  const numbers = Float32Array.from({ length: rows * 3 }, (_, index) => index);
  return { rows, data: [numbers, Array.from({ length: rows }, (_, row) => `t${row}`)] };
}
const frames = { oneRow: frameOf(2), batch: frameOf(BATCH_ROWS) };

/** A session that takes as long as it is told, on a clock of its own. */
function slowSession(takesMs: (rows: number, run: number) => number) {
  let nowMs = 0;
  const runs: Frame[] = [];
  const session: Session = {
    inputs: [],
    outputs: [],
    run: async (frame) => {
      nowMs += takesMs(frame.rows, runs.filter(({ rows }) => rows === frame.rows).length);
      runs.push(frame);
      return [];
    },
    release: async () => undefined,
  };
  return { session, runs, nowMs: () => nowMs };
}

describe('the cost of runs', () => {
  it('is the fastest of ten runs of each frame', async () => {
    const batchMs = [9, 1.5, 2, 1, 1.25];
    const { session, runs, nowMs } = slowSession((rows, run) =>
      rows === 2 ? 0.5 + (run % 3) : (batchMs[run] ?? 1.25),
    );
    assert.deepEqual(await measureCost(session, plan, frames, nowMs), { oneRowMs: 0.5, batchMs: 1 });
    assert.ok(runs.filter(({ rows }) => rows === BATCH_ROWS).length <= 10);
  });

  for (const [name, takesMs, runs, cost] of [
    ['cheap runs, ten times each', () => 0.125, [10, 10], { oneRowMs: 0.125, batchMs: 0.125 }],
    [
      'batches of 15 ms, three times',
      (rows: number) => (rows === 2 ? 1 : 15),
      [10, 3],
      { oneRowMs: 1, batchMs: 15 },
    ],
    [
      'batches of 300 ms, twice',
      (rows: number) => (rows === 2 ? 1 : 300),
      [10, 2],
      { oneRowMs: 1, batchMs: 300 },
    ],
    [
      'cheap runs of which the first is disturbed for a fifth of a second',
      (rows: number, run: number) => (run === 0 ? 200 : rows / 64),
      [3, 3],
      { oneRowMs: 2 / 64, batchMs: 1 },
    ],
    ['rows of 2 s, one run and no batch', () => 2000, [1, 0], { oneRowMs: 2000, batchMs: 64_000 }],
  ] as const) {
    it(`measures ${name}`, async () => {
      const { session, runs: done, nowMs } = slowSession(takesMs);
      assert.deepEqual(await measureCost(session, plan, frames, nowMs), cost);
      assert.deepEqual(
        [2, BATCH_ROWS].map((rows) => done.filter((frame) => frame.rows === rows).length),
        runs,
      );
    });
  }

  it('is measured on rows that differ from run to run, of values that each feature has', async () => {
    const { session, runs, nowMs } = slowSession(() => 1);
    await measureCost(session, plan, frames, nowMs);
    const batches = runs.filter(({ rows }) => rows === BATCH_ROWS);
    assert.equal(new Set(batches.map(({ data }) => JSON.stringify(data))).size, batches.length);
    for (const { data } of batches) {
      const [numbers, texts] = data as [Float32Array, string[]];
      for (const feature of [0, 1, 2]) {
        const values = numbers.filter((_, index) => index % 3 === feature);
        assert.deepEqual(
          [...values].sort((a, b) => a - b),
          Array.from({ length: BATCH_ROWS }, (_, row) => row * 3 + feature),
        );
      }
      assert.equal(new Set(texts).size, BATCH_ROWS);
    }
    assert.deepEqual(frames.batch, frameOf(BATCH_ROWS), 'the frames themselves are left as they are');
  });
});

describe('a model', () => {
  for (const [batchMs, runner, runRows] of [
    [0.014, 'inline', 2048], // a linear model
    [0.12, 'inline', 2048],
    [0.24, 'inline', 1066], // 100 trees
    [1.1, 'inline', 232], // 500 trees
    [3, 'inline', 84],
    [5, 'inline', 50],
    [5.01, 'workers', 254],
    [40, 'workers', 32],
    [2000, 'workers', 2],
    [64_000, 'workers', 2],
    [0, 'inline', 2048], // a clock too coarse to tell
  ] as const) {
    it(`of ${batchMs} ms a batch runs ${runner}, ${runRows} rows at once`, () => {
      assert.deepEqual(chooseRunner({ oneRowMs: 0.01, batchMs }), { runner, runRows });
    });
  }
});
