// What a graph gives, read as the manifest says, and written as JSON, CSV and messages.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCsvReader } from '../../src/decode/csv/reader.ts';
import { createCsvRows } from '../../src/encode/csv.ts';
import { toPredictionMessage } from '../../src/encode/message.ts';
import { toPredictionJson } from '../../src/encode/prediction.ts';
import type { Predictions } from '../../src/model/predictions.ts';
import { B, LP, M, READ } from './output-cases.ts';
import { float, labels, predict, tensor } from './output-tensors.ts';

const HEADER = (() => {
  const reader = createCsvReader();
  reader.push(Buffer.from('a,score\n'));
  assert.ok(reader.header !== undefined);
  return reader.header;
})();
const MODEL = { name: 'm', version: '1', digest: 'd' };
const ORIGIN = { messageId: '7', publishTime: undefined, row: 0 };

/** The rows as JSON, and the CSV with its header. */
function written(predictions: Predictions): { readonly json: readonly string[]; readonly csv: string } {
  const rows = createCsvRows(HEADER, predictions.kind, false);
  const csv = [rows.header, ...[0, 1].map((row) => rows.scored(Buffer.from('1,2'), predictions, row))];
  for (const row of [0, 1]) {
    const parts = { predictions, passthrough: [] };
    const message: unknown = JSON.parse(toPredictionMessage(ORIGIN, MODEL, parts, row, 'now').toString());
    const { label, ...members } = JSON.parse(toPredictionJson(predictions, row)) as Record<string, unknown>;
    const isTold = label !== undefined && label !== null;
    const told = { ...withoutGaps(members), ...(isTold ? { label: String(label) } : {}) };
    const ids = { prediction_id: '7/0', message_id: '7', row: 0, scored_at: 'now' };
    const model = { model_name: 'm', model_version: '1', model_digest: 'd' };
    assert.deepEqual(message, { ...ids, ...model, ...told });
  }
  return {
    json: [0, 1].map((row) => toPredictionJson(predictions, row)),
    csv: Buffer.concat(csv).toString(),
  };
}

/** A list with a number that is none is left out of messages. */
function withoutGaps(members: object): object {
  const isWhole = (value: unknown): boolean => !Array.isArray(value) || value.every((each) => each !== null);
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isWhole(value)));
}

describe('the outputs of a graph', () => {
  for (const [what, task, document, tensors, json, csv] of READ) {
    it(`are read and written: ${what}`, () => {
      const [head, ...lines] = csv;
      const expected = [`a,score,${head}`, ...lines.map((line) => `1,2,${line}`), ''].join('\n');
      assert.deepEqual(written(predict(task, document, tensors)), { json, csv: expected });
    });
  }

  for (const [what, task, document, tensors, told] of [
    [
      'three probabilities for two classes',
      B,
      { probabilities: 'p', classes: [0, 1] },
      [float(1, 2, 3, 4, 5, 6)],
      /"p" has 3 numbers a row; the manifest names 2 classes/,
    ],
    [
      'one probability for three classes',
      M,
      { probabilities: 'p', classes: [0, 1, 2] },
      [float(1, 2)],
      /"p" has 1 numbers a row; .* 3 classes/,
    ],
    [
      'softmax of one logit',
      B,
      { probabilities: 'p', classes: [0, 1], activation: 'softmax' },
      [float(1, 2)],
      /the activation of one logit is sigmoid/,
    ],
    [
      'numbers that are no whole number a row',
      B,
      { probabilities: 'p', classes: [0, 1] },
      [tensor('float32', [1, 2, 3], [3])],
      /\[3\]: expected as many numbers for each of 2 rows/,
    ],
    [
      'two columns in one of several outputs',
      B,
      { probabilities: ['p', 'q'], classes: [0, 1] },
      [float(1, 2, 3, 4), float(1, 2)],
      /"p" comes as float32 \[2, 2\]: expected one number for each of 2 rows/,
    ],
    [
      'scores for other classes',
      M,
      { scores: 's', classes: [0, 1, 2] },
      [float(1, 2, 3, 4)],
      /"s" has 2 scores a row; the manifest names 3/,
    ],
    [
      'a label too many',
      B,
      { label: 'l' },
      [labels(1, 2, 3)],
      /"l" comes as int64 \[2\]: expected one label for each of 2 rows/,
    ],
    [
      'labels of another type than the classes',
      B,
      { ...LP, classes: ['0', '1'] },
      [labels(0, 1), float(1, 2, 3, 4)],
      /gives the label 0; the manifest's classes are "0", "1"/,
    ],
    [
      'a label that is no class, under a threshold',
      B,
      { ...LP, classes: [1, 2], threshold: 0.5 },
      [labels(0, 1), float(1, 2, 3, 4)],
      /gives the label 0; the manifest's classes are 1, 2/,
    ],
    [
      'labels of a strange type',
      B,
      { label: 'l' },
      [tensor('uint8', [0, 1], [2])],
      /"l" comes as uint8 \[2\]: expected labels/,
    ],
    [
      'numbers of a strange type',
      'regression',
      { values: 'v' },
      [tensor('float16', [0, 1])],
      /"v" comes as float16 \[2, 1\]: expected numbers/,
    ],
    [
      'texts for numbers',
      'regression',
      { values: 'v' },
      [tensor('string', ['a', 'b'])],
      /"v" comes as string \[2, 1\]: expected numbers/,
    ],
    [
      'two values for three targets',
      'regression',
      { values: 'v', targets: ['a', 'b', 'c'] },
      [float(1, 2, 3, 4)],
      /predicts 2 values a row; the manifest names 3 targets/,
    ],
    [
      'one value for all rows',
      'regression',
      { values: 'v' },
      [tensor('float32', [1], [1])],
      /"v" has 1 numbers for 2 rows/,
    ],
    [
      'no value',
      'regression',
      { values: 'v' },
      [tensor('float32', [], [2, 0])],
      /"v" has 0 numbers for 2 rows/,
    ],
    [
      'two anomaly scores',
      'anomaly',
      { label: 'l', scores: 's' },
      [labels(1, 1), float(1, 2, 3, 4)],
      /"s" comes as float32 \[2, 2\]: expected one number/,
    ],
    ['no tensor', 'regression', { values: 'v' }, [], /returned no output "v"/],
  ] as const) {
    it(`that are ${what} are refused`, () =>
      assert.throws(() => predict(task, document, tensors), { code: 'MODEL_INVALID', message: told }));
  }
});
