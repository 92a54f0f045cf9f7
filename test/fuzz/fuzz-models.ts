// Models for documents that are made up: every kind of column, and predictions that depend on every bit of a row.

import { ScorerError } from '../../src/errors.ts';
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import { featuresOf } from '../../src/features/column-spec.ts';
import type { CsvSettings } from '../../src/features/csv-settings.ts';
import type { Frame, FrameInput } from '../../src/features/frame.ts';
import { createFeatureSchema } from '../../src/features/schema.ts';
import type { Model } from '../../src/model/model.ts';
import { noPredictions, type OutputKind, type Predictions } from '../../src/model/predictions.ts';

const PLAIN: readonly ColumnSpec[] = [
  { name: 'color', type: 'category', categories: ['red', 'green', 'dark blue', 'é', '1', ''] },
  { name: 'n', type: 'number' },
  { name: 'small', type: 'number', min: -1, max: 10, integer: true },
  { name: 'rank', type: 'category', categories: ['low', 'mid', 'high'], encoding: 'ordinal', missing: 'low' },
  { name: 'size', type: 'category', categories: [1, 2.5, 40], encoding: 'none', unknown: 'ignore' },
  { name: 'x', type: 'number', missing: 'nan' },
  { name: 'y', type: 'number', missing: 0 },
  { name: 'z', type: 'number' },
];

const MIXED: readonly ColumnSpec[] = [
  { name: 'word', type: 'string', missing: 'none' },
  { name: 'n', type: 'number' },
  { name: 'flag', type: 'boolean' },
  { name: 'at', type: 'timestamp', parts: ['month', 'weekday'] },
  { name: 'color', type: 'category', categories: ['red', 'green'], encoding: 'none' },
];

const MIXED_INPUTS: readonly FrameInput[] = [
  { name: 'word', type: 'string', width: 1 },
  { name: 'n', type: 'float64', width: 1 },
  { name: 'flag', type: 'bool', width: 1 },
  { name: 'at', type: 'int64', width: 2 },
  { name: 'color', type: 'string', width: 1 },
];

/** The names and columns of a model that documents are made up for. */
export interface FuzzModel {
  readonly model: Model;
  readonly columns: readonly ColumnSpec[];
}

/** All of them; each call makes them anew. */
export function createFuzzModels(): readonly FuzzModel[] {
  const classes = ['no', 'yes, "really"'];
  return [
    make(PLAIN, undefined, { kind: 'probabilities', classes: [0, 1], everyClass: false }),
    make(PLAIN, undefined, { kind: 'probabilities', classes, everyClass: true }),
    make(MIXED, MIXED_INPUTS, { kind: 'scores', classes: [0, 1], signed: true }),
    make(PLAIN, undefined, { kind: 'values', targets: ['first', 'second'] }),
    make([{ name: 'n', type: 'number' }], undefined, { kind: 'label' }),
    make([{ name: 'word', type: 'string', missing: '-' }], [{ name: 'w', type: 'string', width: 1 }], {
      kind: 'anomaly',
    }),
    make(
      PLAIN,
      undefined,
      { kind: 'probabilities', classes: [0, 1], everyClass: false },
      { missingValues: new Set([' ']), delimiter: ';', trim: false },
    ),
  ];
}

function make(
  columns: readonly ColumnSpec[],
  given: readonly FrameInput[] | undefined,
  output: OutputKind,
  csv: CsvSettings = { missingValues: new Set(['NA', 'red ']), delimiter: undefined, trim: true },
): FuzzModel {
  const features = columns.flatMap(featuresOf);
  const inputs = given ?? [{ name: 'x', type: 'float32' as const, width: features.length }];
  const schema = createFeatureSchema({ inputs, features, columns, passthrough: [], csv });
  const model: Model = {
    identity: { name: 'fuzz', version: '1', digest: '0123456789ab' },
    manifest: new Uint8Array(0),
    schema,
    output,
    runRows: 4,
    parallelRuns: 1,
    rowMs: 0,
    async run(frame) {
      return predict(frame, inputs, output);
    },
    async release() {},
  };
  return { model, columns };
}

/** A number from 0 to 1 made from every value of a row; some rows are refused, as a model that looks values up does. */
function predict(frame: Frame, inputs: readonly FrameInput[], output: OutputKind): Predictions {
  const marks = Float32Array.from({ length: frame.rows }, (_, row) => {
    let mark = 17;
    frame.data.forEach((elements, index) => {
      const { width } = inputs[index] as FrameInput;
      for (let at = row * width; at < (row + 1) * width; at += 1) mark = mix(mark, String(elements[at]));
    });
    if (mark % 101 === 0) {
      throw new ScorerError('The model could not be run: no such key.', {
        code: 'MODEL_INVALID',
        detail: { isRefusal: true },
      });
    }
    return mark / 2 ** 32;
  });
  const predictions = { ...noPredictions(output), rows: frame.rows };
  const labels = (names: readonly (string | number | boolean)[]) =>
    Array.from(marks, (mark) => names[Math.floor(mark * names.length)] ?? 0);
  switch (output.kind) {
    case 'probabilities':
      return {
        ...predictions,
        labels: labels(output.classes),
        probability: marks,
        probabilities: Float32Array.from({ length: frame.rows * output.classes.length }, (_, at) => {
          const mark = marks[Math.floor(at / output.classes.length)] ?? 0;
          return at % 2 === 0 ? 1 - mark : mark;
        }),
      };
    case 'scores':
      return { ...predictions, labels: labels(output.classes), score: marks.map((mark) => mark * 2e7 - 1e7) };
    case 'anomaly':
      return { ...predictions, labels: labels([-1, 1]), score: marks.map((mark) => mark - 0.5) };
    case 'label':
      return { ...predictions, labels: labels(['a', 'b']) };
    case 'values':
      return {
        ...predictions,
        values: Float32Array.from({ length: frame.rows * output.targets.length }, (_, at) => {
          const mark = marks[Math.floor(at / output.targets.length)] ?? 0;
          return at % 2 === 0 ? mark * 1e-5 : mark > 0.9 ? Number.NaN : mark * 1e9;
        }),
      };
  }
}

function mix(seed: number, text: string): number {
  let mark = seed;
  for (let at = 0; at < text.length; at += 1) mark = (Math.imul(mark, 31) + text.charCodeAt(at)) >>> 0;
  return mark;
}
