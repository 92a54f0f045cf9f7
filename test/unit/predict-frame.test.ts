// Rows in runs: in order, together again, and none left under way.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScorerError } from '../../src/errors.ts';
import type { Frame } from '../../src/features/frame.ts';
import { createFeatureSchema } from '../../src/features/schema.ts';
import type { Model } from '../../src/model/model.ts';
import { predictFrame } from '../../src/model/predict.ts';
import { noPredictions, type OutputKind } from '../../src/model/predictions.ts';

const output: OutputKind = { kind: 'values', targets: ['y'] };
const inputs = [{ name: 'x', type: 'float32', width: 1 }] as const;

/** A model whose runs a test answers: `y` is `x`. */
function modelOf(parallelRuns: number, run: (x: Float32Array) => Promise<void> | void): Model {
  return {
    identity: { name: 'm', version: '1', digest: '0' },
    manifest: new Uint8Array(),
    schema: createFeatureSchema({ inputs, features: ['x'], columns: [], passthrough: [] }),
    output,
    runRows: 4,
    parallelRuns,
    rowMs: 0,
    async run({ rows, data }) {
      const [x] = data;
      assert.ok(x instanceof Float32Array);
      await run(x);
      return { ...noPredictions(output), rows, values: x.slice() };
    },
    release: async () => undefined,
  };
}

function frameOf(rows: number): Frame {
  return { rows, data: [Float32Array.from({ length: rows }, (_, row) => row)] };
}

const refusal = () =>
  new ScorerError('no such place', { code: 'MODEL_INVALID', detail: { isRefusal: true } });

describe('a frame', () => {
  for (const parallelRuns of [1, 3]) {
    it(`comes back in order from ${parallelRuns} run(s) at once, whichever is done first`, async () => {
      const model = modelOf(parallelRuns, async (x) => {
        for (let turns = 10 - (x[0] ?? 0) / 4; turns > 0; turns -= 1) await new Promise(setImmediate);
      });
      const { predictions, refused } = await predictFrame(model, frameOf(39));
      assert.deepEqual([...predictions.values], [...Array(39).keys()]);
      assert.deepEqual(refused, []);
    });

    it(`loses the rows alone that are refused, with ${parallelRuns} run(s) at once`, async () => {
      const bad = new Set([0, 5, 6, 7, 38]);
      const model = modelOf(parallelRuns, (x) => {
        if (x.some((each) => bad.has(each))) throw refusal();
      });
      const { predictions, refused } = await predictFrame(model, frameOf(39));
      assert.deepEqual(
        refused.map(({ row }) => row),
        [...bad],
      );
      assert.deepEqual(
        [...predictions.values],
        [...Array(39).keys()].filter((row) => !bad.has(row)),
      );
      assert.equal(predictions.rows, 34);
    });

    it(`that fails for another reason has nothing under way any more, with ${parallelRuns} run(s) at once`, async () => {
      let [started, ended] = [0, 0];
      const model = modelOf(parallelRuns, async () => {
        started += 1;
        await new Promise(setImmediate);
        ended += 1;
        if (ended === 3) throw new ScorerError('lost', { code: 'INTERNAL' });
      });
      await assert.rejects(predictFrame(model, frameOf(400)), { code: 'INTERNAL' });
      assert.equal(started, ended);
      assert.ok(started <= 3 + parallelRuns, `${started} of 100 runs`);
    });
  }

  it('of no rows asks nothing', async () => {
    const model = modelOf(2, () => assert.fail('it was run'));
    assert.equal((await predictFrame(model, frameOf(0))).predictions.rows, 0);
  });
});
