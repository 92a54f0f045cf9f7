// What predictions look like as tensors.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  chooseOutputs,
  describeOutputs,
  PASSTHROUGH_OUTPUT,
  toInferJson,
  toInferPieces,
} from '../../src/encode/oip.ts';
import {
  joinPredictions,
  noPredictions,
  type OutputKind,
  type Predictions,
} from '../../src/model/predictions.ts';

const identity = { name: 'm "1"', version: '3', digest: '0' };
const of = Float32Array.of.bind(Float32Array);

const KINDS: readonly (readonly [string, OutputKind, Partial<Predictions>, readonly string[]])[] = [
  [
    'probabilities of text classes',
    { kind: 'probabilities', classes: ['no', 'yes'], everyClass: false },
    { labels: ['yes', 'no'], probability: of(0.9, 0.1), probabilities: of(0.1, 0.9, 0.9, 0.1) },
    [
      'label BYTES [-1] ["yes","no"]',
      'probability FP32 [-1] [0.9,0.1]',
      'probabilities FP32 [-1,2] [0.1,0.9,0.9,0.1]',
    ],
  ],
  [
    'one signed score, and classes of booleans',
    { kind: 'scores', classes: [false, true], signed: true },
    { labels: [true, false], score: of(2.5, -1) },
    ['label BOOL [-1] [true,false]', 'score FP32 [-1] [2.5,-1]'],
  ],
  [
    'a score a class, and classes of several kinds',
    { kind: 'scores', classes: [1, 'b', 'c'], signed: false },
    { labels: [1, 'b'], score: of(1, 2), scores: of(1, 0, 0, 0, 2, 0) },
    ['label BYTES [-1] ["1","b"]', 'score FP32 [-1] [1,2]', 'scores FP32 [-1,3] [1,0,0,0,2,0]'],
  ],
  ['a label alone', { kind: 'label', seen: [3] }, { labels: [3, 4] }, ['label INT64 [-1] [3,4]']],
  [
    'anomalies with a score that is no number',
    { kind: 'anomaly', hasScore: true },
    { labels: [-1, 1], score: of(Number.NaN, 0.1) },
    ['label INT64 [-1] [-1,1]', 'score FP32 [-1] [null,0.1]'],
  ],
  [
    'anomalies without scores',
    { kind: 'anomaly', hasScore: false },
    { labels: [-1, 1] },
    ['label INT64 [-1] [-1,1]'],
  ],
  ['one target', { kind: 'values', targets: ['y'] }, { values: of(1.5, 2) }, ['value FP32 [-1] [1.5,2]']],
  [
    'two targets',
    { kind: 'values', targets: ['y', 'z'] },
    { values: of(1, 2, 3, 4) },
    ['values FP32 [-1,2] [1,2,3,4]'],
  ],
];

describe('predictions become tensors:', () => {
  for (const [name, kind, members, expected] of KINDS) {
    it(name, () => {
      const outputs = describeOutputs(kind);
      const predictions = { ...noPredictions(kind), rows: 2, ...members };
      const answer = JSON.parse(
        toInferJson({ identity, id: undefined, parts: [{ predictions, passthrough: [] }], outputs }),
      );
      assert.deepEqual(Object.keys(answer), ['model_name', 'model_version', 'outputs']);
      const tensors = answer.outputs.map(
        (each: Record<string, unknown>, index: number) =>
          `${each['name']} ${each['datatype']} ${JSON.stringify(outputs[index]?.shape)} ${JSON.stringify(each['data'])}`,
      );
      assert.deepEqual(tensors, expected);
      for (const { shape } of answer.outputs) assert.equal(shape[0], 2);
    });
  }

  it('with the id of the request, and what the rows hand on', () => {
    const predictions = { ...noPredictions({ kind: 'label' }), rows: 2, labels: ['a', 'b'] };
    const outputs = [{ name: 'passthrough', datatype: 'BYTES', shape: [-1] }] as const;
    const parts = [{ predictions, passthrough: ['{"id":1}', undefined] }];
    const text = toInferJson({ identity, id: 'é"', parts, outputs });
    assert.deepEqual(JSON.parse(text), {
      model_name: 'm "1"',
      model_version: '3',
      id: 'é"',
      outputs: [{ name: 'passthrough', datatype: 'BYTES', shape: [2], data: ['{"id":1}', '{}'] }],
    });
  });
});

describe('rows that were scored some after the others', () => {
  const kind: OutputKind = { kind: 'probabilities', classes: ['a', 'b'], everyClass: false };
  const toPart = (from: number, rows: number) => {
    const values = Array.from({ length: 2 * rows }, (_, at) => (2 * from + at) / 64);
    const labels = values.slice(0, rows).map(String);
    const members = { labels, probability: of(...values.slice(rows)), probabilities: of(...values) };
    const passthrough = labels.map((label) => JSON.stringify({ label }));
    return { predictions: { ...noPredictions(kind), rows, ...members }, passthrough };
  };
  const parts = [toPart(0, 2), toPart(2, 1), toPart(3, 4)];
  const predictions = joinPredictions(
    kind,
    parts.map((part) => part.predictions),
  );
  const whole = { predictions, passthrough: parts.flatMap(({ passthrough }) => passthrough) };
  const known = [...describeOutputs(kind), PASSTHROUGH_OUTPUT];

  for (const outputs of [known, known.slice(1, 2), known.toReversed(), []]) {
    it(`are answered as all at once: ${outputs.map(({ name }) => name).join(', ') || 'no output'}`, () => {
      const about = { identity, id: '1', outputs };
      const pieces = [...toInferPieces({ ...about, parts })];
      assert.equal(pieces.join(''), toInferJson({ ...about, parts: [whole] }));
      assert.equal(pieces.length, outputs.length * parts.length + 1);
      JSON.parse(pieces.join(''));
    });
  }
});

describe('outputs', () => {
  const known = describeOutputs({ kind: 'probabilities', classes: [0, 1], everyClass: false });

  it('come in the order of the request', () => {
    const names = chooseOutputs(known, ['probabilities', 'label']).map(({ name }) => name);
    assert.deepEqual(names, ['probabilities', 'label']);
  });

  it('that there are not are told, with those that there are', () => {
    assert.throws(() => chooseOutputs(known, ['probabilty']), {
      code: 'INVALID_REQUEST',
      message:
        'There is no output "probabilty" (nearest: "probability"): expected some of label, probability, probabilities.',
    });
  });
});
