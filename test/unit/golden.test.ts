// The golden self-test: what passes, and what is told of what does not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFeatureSchema } from '../../src/features/schema.ts';
import { testGolden } from '../../src/model/golden.ts';
import type { Model } from '../../src/model/model.ts';
import { type Label, noPredictions, type OutputKind, type Predictions } from '../../src/model/predictions.ts';

/** A model of one feature that says the same of every row. */
function modelOf(kind: OutputKind, said: Partial<Predictions>): Model {
  const inputs = [{ name: 'x', type: 'float32', width: 1 }] as const;
  return {
    identity: { name: 'm', version: '1', digest: 'd' },
    manifest: Buffer.alloc(0),
    schema: createFeatureSchema({ inputs, features: ['a'], columns: [], passthrough: [] }),
    output: kind,
    runRows: 1,
    parallelRuns: 1,
    rowMs: 0,
    run: async ({ rows }) => ({ ...noPredictions(kind), rows, ...said }),
    release: async () => undefined,
  };
}

function probabilities(labels: readonly Label[], ...each: readonly number[]): Model {
  const numbers = { probability: Float32Array.of(each[1] ?? 0), probabilities: Float32Array.from(each) };
  return modelOf({ kind: 'probabilities', classes: [0, 1], everyClass: false }, { labels, ...numbers });
}

const value = (number: number): Model =>
  modelOf({ kind: 'values', targets: ['v'] }, { values: Float32Array.of(number) });
const values = modelOf({ kind: 'values', targets: ['v', 'w'] }, { values: Float32Array.of(1, 2) });
const scores = modelOf(
  { kind: 'scores', classes: ['a', 'b', 'c'], signed: false },
  { labels: ['a'], score: Float32Array.of(3), scores: Float32Array.of(3, 2, 1) },
);
const signed = modelOf(
  { kind: 'scores', classes: [0, 1], signed: true },
  { labels: [1], score: Float32Array.of(0.5) },
);
const anomaly = modelOf({ kind: 'anomaly' }, { labels: [-1], score: Float32Array.of(Number.NaN) });

async function toldOf(model: Model, prediction: unknown, tolerance: unknown = 1e-5): Promise<string> {
  const document = { tolerance, rows: [{ instance: [0], prediction }] };
  try {
    await testGolden(model, Buffer.from(JSON.stringify(document)));
    return 'passes';
  } catch (error) {
    assert.equal(Reflect.get(Object(error), 'code'), 'MODEL_INVALID');
    return error instanceof Error ? error.message.replace(/^The golden self-test failed: (.*)\.$/, '$1') : '';
  }
}

describe('a golden row', () => {
  for (const [model, prediction, tolerance, told] of [
    [
      probabilities([1], 0.25, 0.75),
      { label: 1, probability: 0.75, probabilities: [0.25, 0.75] },
      0,
      'passes',
    ],
    [probabilities([1], 0.25, 0.75), { probability: 0.7501 }, 1e-3, 'passes'],
    [
      probabilities([1], 0.25, 0.75),
      { probability: 0.76 },
      1e-3,
      'row 0 must give the probability 0.76 ± 0.001, the model gives 0.75',
    ],
    [probabilities([1], 0.25, 0.75), { label: 0 }, 1e-3, 'row 0 must give the label 0, the model gives 1'],
    [
      probabilities([1], 0.25, 0.75),
      { label: '1' },
      1e-3,
      'row 0 must give the label "1", the model gives 1',
    ],
    [
      probabilities([100_001], 0.25, 0.75),
      { label: 100_000 },
      1e-4,
      'row 0 must give the label 100000, the model gives 100001',
    ],
    [
      probabilities([1], 0.25, 0.75),
      { probabilities: [0.25, 0.5] },
      1e-3,
      'row 0 must give the probabilities [0.25, 0.5], the model gives [0.25, 0.75]',
    ],
    [
      probabilities([1], 0.25, 0.75),
      { probabilities: [0.25] },
      1e-3,
      'row 0 must give the probabilities [0.25], the model gives [0.25, 0.75]',
    ],
    [
      probabilities([1], 0.25, 0.75),
      { score: 1 },
      1e-3,
      'row 0 must give the score 1 ± 0.001, the model gives none',
    ],
    [value(1000), { value: 1009 }, 1e-2, 'passes'],
    [value(1000), { value: 1011 }, 1e-2, 'row 0 must give the value 1011 ± 0.01, the model gives 1000'],
    [value(-1000), { value: -1009 }, 1e-2, 'passes'],
    [value(0.001), { value: 0.0105 }, 1e-2, 'passes'],
    [
      value(0.001),
      { value: 0.012 },
      1e-2,
      'row 0 must give the value 0.012 ± 0.01, the model gives 0.0010000000474974513',
    ],
    [value(Number.NaN), { value: null }, 1e-2, 'passes'],
    [value(Number.NaN), { value: 0 }, 1e-2, 'row 0 must give the value 0 ± 0.01, the model gives null'],
    [
      value(Infinity),
      { value: 1e308 },
      1e-2,
      'row 0 must give the value 1e+308 ± 0.01, the model gives null',
    ],
    [values, { values: [1, 2] }, 0, 'passes'],
    [values, { value: 1 }, 0, 'row 0 must give the value 1 ± 0, the model gives none'],
    [values, { values: [1, 2, 3] }, 0, 'row 0 must give the values [1, 2, 3], the model gives [1, 2]'],
    [values, { values: { 0: 1 } }, 0, 'row 0 must give the values an object, the model gives [1, 2]'],
    [scores, { label: 'a', score: 3, scores: [3, 2, 1] }, 0, 'passes'],
    [scores, { scores: [3, 2, 2] }, 0, 'row 0 must give the scores [3, 2, 2], the model gives [3, 2, 1]'],
    [signed, { label: 1, score: 0.5 }, 0, 'passes'],
    [signed, { scores: [0.5] }, 0, 'row 0 must give the scores [0.5], the model gives none'],
    [anomaly, { label: -1, score: null }, 0, 'passes'],
  ] as const) {
    it(`with ${JSON.stringify(prediction)} ± ${tolerance}: ${told}`, async () =>
      assert.equal(await toldOf(model, prediction, tolerance), told));
  }
});

describe('a golden file', () => {
  const row = { instance: [0], prediction: { value: 1 } };
  const MEMBERS = 'label, probability, probabilities, score, scores, value, values';
  for (const [document, told] of [
    [{ rows: [row] }, 'it needs a "tolerance" and at least one of "rows"'],
    [{ tolerance: '1', rows: [row] }, 'it needs a "tolerance" and at least one of "rows"'],
    [{ tolerance: 0, rows: [] }, 'it needs a "tolerance" and at least one of "rows"'],
    [[], 'it needs a "tolerance" and at least one of "rows"'],
    [{ tolerance: -1, rows: [row] }, 'its tolerance is -1: expected 0 or more, below 1'],
    [{ tolerance: 1, rows: [row] }, 'its tolerance is 1: expected 0 or more, below 1'],
    [
      { tolerance: 0, rows: [row, { instance: [0] }] },
      `row 1 needs "instance" and "prediction" with at least one of ${MEMBERS}`,
    ],
    [
      { tolerance: 0, rows: [{ instance: [0], prediction: {} }] },
      `row 0 needs "instance" and "prediction" with at least one of ${MEMBERS}`,
    ],
    [
      { tolerance: 0, rows: [null] },
      `row 0 needs "instance" and "prediction" with at least one of ${MEMBERS}`,
    ],
    [
      { tolerance: 0, rows: [{ instance: [0], prediction: { lable: 1 } }] },
      `row 0 has the prediction "lable": expected ${MEMBERS}`,
    ],
    [
      { tolerance: 0, rows: [row, { ...row, instance: [] }] },
      'row 1 does not fit the manifest: expected 1 features, got 0',
    ],
    [
      { tolerance: 0, rows: [{ prediction: { value: 1 } }] },
      'row 0 does not fit the manifest: expected an object or an array of numbers, got undefined',
    ],
    [
      { tolerance: 0, rows: [row, row, { ...row, prediction: { value: 2 } }] },
      'row 2 must give the value 2 ± 0, the model gives 1',
    ],
  ] as const) {
    it(`like ${JSON.stringify(document).slice(0, 80)}: ${told}`, () =>
      assert.rejects(testGolden(value(1), Buffer.from(JSON.stringify(document))), {
        code: 'MODEL_INVALID',
        message: `The golden self-test failed: ${told}.`,
      }));
  }

  for (const [bytes, told] of [
    ['{', /^The golden file is not valid JSON/],
    ['{"tolerance":NaN}', /JSON has no NaN/],
    ['{"tolerance":1e999,"rows":[{"instance":[0],"prediction":{"value":7}}]}', /its tolerance is Infinity/],
    ['{"tolerance":0,"rows":[{"instance":[0],"prediction":{"__proto__":7}}]}', /the prediction "__proto__"/],
    ['\xff', /^The golden file is not valid UTF-8/],
  ] as const) {
    it(`of the bytes ${JSON.stringify(bytes)} makes the model invalid`, () =>
      assert.rejects(testGolden(value(1), Buffer.from(bytes, 'latin1')), {
        code: 'MODEL_INVALID',
        message: told,
      }));
  }
});
