// How tensors become rows: by column, by the graph's inputs, by feature; and which elements a datatype has.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InferTensor } from '../../src/decode/oip.ts';
import { createElementCheck, type Datatype } from '../../src/decode/oip-datatype.ts';
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import { createFeatureSchema } from '../../src/features/schema.ts';
import { describeInputs } from '../../src/features/tensor-inputs.ts';
import { toTensorRows } from '../../src/features/tensor-rows.ts';

const COLUMNS: readonly ColumnSpec[] = [
  { name: 'colour', type: 'category', categories: ['red', 'blue'] },
  { name: 'month', type: 'category', categories: [1, 2], encoding: 'ordinal' },
  { name: 'age', type: 'number', min: 0, integer: true, missing: 30 },
  { name: 'late', type: 'boolean' },
];
const FEATURES = ['colour_red', 'colour_blue', 'month', 'age', 'late'];
const byColumn = createFeatureSchema({
  inputs: [{ name: 'matrix', type: 'float32', width: 5 }],
  features: FEATURES,
  columns: COLUMNS,
  passthrough: ['id'],
});
const mixed = createFeatureSchema({
  inputs: [
    { name: 'numbers', type: 'float32', width: 2 },
    { name: 'word', type: 'string', width: 1 },
  ],
  features: ['a', 'b', 'word'],
  columns: [],
  passthrough: [],
});

function tensor(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  data: readonly unknown[],
): InferTensor {
  return { name, datatype, shape, data };
}

const COLOUR = tensor('colour', 'BYTES', [2, 1], ['red', 'blue']);
const MONTH = tensor('month', 'INT64', [2], [1, 2]);
const AGE = tensor('age', 'INT8', [2, 1], [40, null]);
const LATE = tensor('late', 'BOOL', [2], [true, false]);
const ROWS = [1, 0, 0, 40, 1, 0, 1, 1, 30, 0];

function floatsOf(schema: typeof byColumn, tensors: readonly InferTensor[]): readonly number[] {
  const { values, failures } = toTensorRows(schema, tensors);
  const encoded = encodeInstances(schema, values, failures);
  assert.deepEqual(encoded.failures, []);
  return [...(encoded.frame.data[0] as Float32Array)];
}

describe('tensors give rows', () => {
  it('one a column, in any order and shape, null for what is missing', () => {
    assert.deepEqual(floatsOf(byColumn, [LATE, AGE, MONTH, COLOUR]), ROWS);
  });

  it('as the matrix that the graph takes', () => {
    assert.deepEqual(floatsOf(byColumn, [tensor('matrix', 'FP64', [2, 5], ROWS)]), ROWS);
  });

  it('one a feature, booleans as 0 and 1', () => {
    const tensors = FEATURES.map((name, index) =>
      name === 'late'
        ? tensor(name, 'BOOL', [2], [true, false])
        : tensor(name, 'UINT8', [2], [ROWS[index], ROWS[index + 5]]),
    );
    assert.deepEqual(floatsOf(byColumn, tensors), ROWS);
  });

  it('as the inputs of a graph that has several', () => {
    const { values } = toTensorRows(mixed, [
      tensor('word', 'BYTES', [2], ['x', 'y']),
      tensor('numbers', 'BOOL', [2, 2], [true, false, null, true]),
    ]);
    assert.deepEqual(values, [
      [1, 0, 'x'],
      [null, 1, 'y'],
    ]);
  });

  it('with what is handed on', () => {
    const { values } = toTensorRows(byColumn, [
      COLOUR,
      MONTH,
      AGE,
      LATE,
      tensor('id', 'BYTES', [2], ['a', 'b']),
    ]);
    assert.deepEqual(values[1], { colour: 'blue', month: 2, age: null, late: false, id: 'b' });
  });
});

describe('tensors are refused', () => {
  for (const [why, tensors, code, says] of [
    [
      'when one is missing',
      [COLOUR, { ...MONTH, name: 'Month' }, AGE, LATE],
      'MISSING_COLUMN',
      '"month" is missing (nearest: "Month"): expected "colour", "month", "age", "late", or "matrix" of shape [n, 5]',
    ],
    [
      'when nothing is known',
      [tensor('x', 'FP32', [1, 5], [1, 2, 3, 4, 5])],
      'MISSING_COLUMN',
      '"colour" is missing',
    ],
    [
      'when one is no column',
      [COLOUR, MONTH, AGE, LATE, { ...AGE, name: 'agee' }],
      'INVALID_REQUEST',
      'no input "agee" (nearest: "age")',
    ],
    ['beside the matrix', [tensor('matrix', 'FP32', [2, 5], ROWS), AGE], 'INVALID_REQUEST', 'no input "age"'],
    [
      'when a column is two wide',
      [COLOUR, MONTH, { ...AGE, shape: [1, 2] }, LATE],
      'INVALID_REQUEST',
      '[1, 2]: expected [n, 1] or [n]',
    ],
    [
      'when the matrix is too narrow',
      [tensor('matrix', 'FP32', [1, 4], [1, 2, 3, 4])],
      'INVALID_REQUEST',
      '[1, 4]: expected [n, 5]',
    ],
    [
      'when a matrix has one dimension',
      [tensor('matrix', 'FP32', [5], [1, 2, 3, 4, 5])],
      'INVALID_REQUEST',
      '[5]: expected [n, 5]',
    ],
    [
      'when they differ in rows',
      [COLOUR, MONTH, tensor('age', 'INT8', [1], [1]), LATE],
      'INVALID_REQUEST',
      '"age" has 1 rows, "colour" has 2',
    ],
  ] as const) {
    it(why, () => {
      assert.throws(
        () => toTensorRows(byColumn, tensors),
        (error: Error & { code?: string }) => error.code === code && error.message.includes(says),
      );
    });
  }

  it('element by element, each with its row and its column', () => {
    const { values, failures } = toTensorRows(byColumn, [
      COLOUR,
      MONTH,
      tensor('age', 'INT8', [2], [40, 128]),
      LATE,
    ]);
    assert.equal(values.length, 2);
    assert.deepEqual(failures, [
      {
        row: 1,
        problems: [
          { column: 'age', code: 'OUT_OF_RANGE', expected: 'an integer from -128 to 127 (INT8)', got: '128' },
        ],
      },
    ]);
  });

  it('with the feature where the matrix is wrong', () => {
    const { failures } = toTensorRows(mixed, [
      tensor('numbers', 'FP32', [1, 2], [1, 'x']),
      tensor('word', 'BYTES', [1], [7]),
    ]);
    assert.deepEqual(
      failures.map(({ problems }) => problems.map(({ feature, got }) => [feature, got])),
      [
        [
          ['b', '"x"'],
          ['word', '7'],
        ],
      ],
    );
  });
});

const SAFE = Number.MAX_SAFE_INTEGER;
const ELEMENTS: readonly (readonly [Datatype, taken: readonly unknown[], refused: readonly unknown[]])[] = [
  ['BOOL', [true, false, null], [0, 1, 'true']],
  ['BYTES', ['', 'a', null], [1, true, [1]]],
  ['UINT8', [0, 255], [-1, 256, 1.5, '1', true]],
  ['UINT16', [0, 65_535], [-1, 65_536]],
  ['UINT32', [0, 4_294_967_295], [-1, 4_294_967_296]],
  ['UINT64', [0, SAFE], [-1, SAFE + 1]],
  ['INT8', [-128, 127], [-129, 128]],
  ['INT16', [-32_768, 32_767], [-32_769, 32_768]],
  ['INT32', [-2_147_483_648, 2_147_483_647], [-2_147_483_649, 2_147_483_648]],
  ['INT64', [-SAFE, SAFE, 7.0], [SAFE + 1, -SAFE - 1, 0.5]],
  ['FP16', [-65_504, 0.1, 65_504], [65_505, Number.POSITIVE_INFINITY]],
  ['FP32', [0.1, 3.4028235e38], [3.5e38, Number.POSITIVE_INFINITY, '1', false]],
  ['FP64', [0.1, 1.7e308], [Number.POSITIVE_INFINITY, {}]],
];

describe('the datatype', () => {
  for (const [datatype, taken, refused] of ELEMENTS) {
    it(`${datatype} takes what it can hold exactly, and nothing else`, () => {
      const check = createElementCheck(datatype);
      for (const value of taken) assert.equal(check(value), undefined, String(value));
      for (const value of refused) assert.ok(check(value)?.expected.includes(datatype), String(value));
    });
  }
});

describe('the inputs of a model', () => {
  it('are its columns, each of the datatype of its values', () => {
    assert.deepEqual(describeInputs(byColumn), [
      { name: 'colour', datatype: 'BYTES', shape: [-1, 1] },
      { name: 'month', datatype: 'INT64', shape: [-1, 1] },
      { name: 'age', datatype: 'INT64', shape: [-1, 1] },
      { name: 'late', datatype: 'BOOL', shape: [-1, 1] },
    ]);
  });

  it("are its graph's, where it has no columns", () => {
    assert.deepEqual(describeInputs(mixed), [
      { name: 'numbers', datatype: 'FP32', shape: [-1, 2] },
      { name: 'word', datatype: 'BYTES', shape: [-1, 1] },
    ]);
  });
});
