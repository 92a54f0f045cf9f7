// From what people have to what the model takes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import { encodeRecords, planCsv } from '../../src/features/csv.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import type { EncodedRows } from '../../src/features/rows.ts';
import { createFeatureSchema, type FeatureSchema } from '../../src/features/schema.ts';

/** A schema over one matrix of float32. */
function matrixSchema(features: readonly string[], columns: readonly ColumnSpec[]): FeatureSchema {
  const inputs = [{ name: 'x', type: 'float32', width: features.length }] as const;
  return createFeatureSchema({ inputs, features, columns, passthrough: [] });
}

/** The features of a matrix's rows, one after the other. */
function featuresIn({ frame }: EncodedRows): readonly number[] {
  const [matrix] = frame.data;
  assert.ok(matrix instanceof Float32Array);
  return [...matrix];
}

const schema = matrixSchema(
  ['age', 'size', 'kind_a', 'kind_b', '__proto___x', 'constructor_x', 'flag_true', 'flag_1'],
  [
    { name: 'age', type: 'number', min: 0, max: 130, integer: true },
    { name: 'size', type: 'number' },
    { name: 'kind', type: 'category', categories: ['a', 'b'] },
    { name: '__proto__', type: 'category', categories: ['x'] },
    { name: 'constructor', type: 'category', categories: ['x'] },
    { name: 'flag', type: 'category', categories: [true, 1] },
  ],
);
const ROW = '"size":2.5,"kind":"b","__proto__":"x","constructor":"x","flag":1';
const FEATURES = [7, 2.5, 0, 1, 1, 1, 0, 1];

/** The first row's features, or `column code` of each of its problems. */
function outcomeOf(encoded: EncodedRows): unknown {
  const [failure] = encoded.failures;
  return (
    failure?.problems.map(({ column, feature, code }) => `${column ?? feature ?? ''} ${code}`) ??
    featuresIn(encoded)
  );
}

/** One instance as features, or as `column code` of each problem. */
function encode(instance: unknown): unknown {
  return outcomeOf(encodeInstances(schema, [instance]));
}

describe('an instance', () => {
  for (const [why, json, expected] of [
    ['by column, whatever the names', `{"age":7,${ROW}}`, FEATURES],
    ['as an array', JSON.stringify(FEATURES), FEATURES],
    [
      'by feature',
      '{"age":7,"size":2.5,"kind_a":0,"kind_b":1,"__proto___x":1,"constructor_x":1,"flag_true":0,"flag_1":1}',
      FEATURES,
    ],
    ['with keys of its own', `{"id":"q","age":7,${ROW}}`, FEATURES],
    ['with a float32 beyond its range', '[1e39,0,0,0,0,0,0,0]', ['age OUT_OF_RANGE']],
    ['with a number as text', `{"age":"7",${ROW}}`, ['age INVALID_VALUE']],
    ['below the bound', `{"age":-1,${ROW}}`, ['age OUT_OF_RANGE']],
    ['above the bound', `{"age":131,${ROW}}`, ['age OUT_OF_RANGE']],
    ['that is no integer', `{"age":7.5,${ROW}}`, ['age OUT_OF_RANGE']],
    ['without a column', `{${ROW}}`, ['age MISSING_COLUMN']],
    ['with null', `{"age":null,${ROW}}`, ['age MISSING_VALUE']],
    [
      'with an inherited name only',
      '{"age":7,"size":1,"kind":"a","flag":true}',
      ['__proto__ MISSING_COLUMN', 'constructor MISSING_COLUMN'],
    ],
    ['with an object as category', `{"age":7,${ROW.replace('"b"', '{}')}}`, ['kind INVALID_VALUE']],
    [
      'without a feature, which is never 0',
      '{"age":7,"size":2.5,"kind_a":0,"kind_b":1,"__proto___x":1,"constructor_x":1,"flag_true":0}',
      ['flag_1 MISSING_FEATURE'],
    ],
    ['that is a scalar', '7', [' INVALID_INSTANCE']],
    ['that is empty', '[]', [' WRONG_FEATURE_COUNT']],
  ] as const) {
    it(`${why} gives ${JSON.stringify(expected).slice(0, 40)}`, () =>
      assert.deepEqual(encode(JSON.parse(json)), expected));
  }

  it('that is bad leaves nothing of itself to the next', () => {
    const [bad, good] = [JSON.parse(`{"age":999,${ROW}}`), Array.from(FEATURES, () => 0)];
    const encoded = encodeInstances(schema, [good, bad, good]);
    assert.deepEqual(
      [featuresIn(encoded), encoded.rows, encoded.failures.map(({ row }) => row)],
      [[...good, ...good], [0, 2], [1]],
    );
  });

  it('says what was probably meant', () => {
    const problems = encodeInstances(schema, [{ Age: 7, siez: 1, kind: 'A', flag: 1 }]).failures[0]?.problems;
    assert.deepEqual(
      problems?.slice(0, 3).map(({ nearest }) => nearest),
      ['Age', 'siez', 'a'],
    );
  });
});

/** One CSV row under a header, as features or problems. */
function csv(header: string, row: string, by: FeatureSchema = schema): unknown {
  const plan = planCsv(by, header.split(','));
  return outcomeOf(encodeRecords(plan, [{ line: 2, raw: Buffer.from(row), fields: row.split(',') }]));
}

describe('a CSV row', () => {
  const two = matrixSchema(
    ['n', 'c_x'],
    [
      { name: 'n', type: 'number' },
      { name: 'c', type: 'category', categories: ['x'] },
    ],
  );
  for (const [text, expected] of [
    ['7', [7, 1]],
    ['+1', [1, 1]],
    ['.5', [0.5, 1]],
    ['1.', [1, 1]],
    ['1e3', [1000, 1]],
    ['-2.5E-1', [-0.25, 1]],
    ['True', [1, 1]],
    ['False', [0, 1]],
    ['', ['n MISSING_VALUE']],
    ['0x10', ['n INVALID_VALUE']],
    ['1_0', ['n INVALID_VALUE']],
    ['inf', ['n INVALID_VALUE']],
    ['nan', ['n INVALID_VALUE']],
    ['true', ['n INVALID_VALUE']],
    ['1e39', ['n OUT_OF_RANGE']],
    ['\xff', ['n INVALID_ENCODING']],
  ] as const) {
    it(`takes the number ${JSON.stringify(text)} as ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(csv('n,c', `${text},x`, two), expected);
      assert.deepEqual(csv('c,other,n', `x,\xff,${text}`, two), expected);
    });
  }

  it('takes the texts that the manifest names for missing values, whatever the categories are', () => {
    const gaps = createFeatureSchema({
      inputs: [{ name: 'x', type: 'float32', width: 3 }],
      features: ['n', 'c_NA', 'c_x'],
      columns: [
        { name: 'n', type: 'number', missing: -1 },
        { name: 'c', type: 'category', categories: ['NA', 'x'], missing: 'x' },
      ],
      passthrough: [],
      csv: { missingValues: new Set(['NA', '?']), delimiter: undefined, trim: true },
    });
    assert.deepEqual(csv('n,c', 'NA,NA', gaps), [-1, 0, 1]);
    assert.deepEqual(csv('n,c', '?,x', gaps), [-1, 0, 1]);
    assert.deepEqual(csv('n,c_NA,c_x', 'NA,0,1', gaps), [-1, 0, 1]);
    assert.deepEqual(csv('n,c', 'na,x', gaps), ['n INVALID_VALUE']);
  });

  it('names a decimal comma', () => {
    const { failures } = encodeRecords(planCsv(two, ['n', 'c']), [
      { line: 2, raw: Buffer.alloc(0), fields: ['0,5', 'x'] },
    ]);
    assert.match(failures[0]?.problems[0].expected ?? '', /decimal point, not a comma/);
  });

  for (const [header, code] of [
    ['n', 'MISSING_COLUMN'],
    ['n,c_x,c_y', undefined],
    ['N,c', 'MISSING_COLUMN'],
    ['n,c,n', 'INVALID_HEADER'],
    ['n,c,id,id', undefined],
  ] as const) {
    it(`under the header ${header} ${code === undefined ? 'can be read' : `is refused: ${code}`}`, () => {
      if (code === undefined)
        assert.equal(planCsv(two, header.split(',')).columnCount, header.split(',').length);
      else assert.throws(() => planCsv(two, header.split(',')), { code });
    });
  }

  it('is read by columns where columns and features are all there', () => {
    assert.deepEqual(csv('n,c,c_x', '7,x,0', two), [7, 1]);
  });
});

describe('a schema', () => {
  for (const [why, features, columns] of [
    ['a feature that no column makes', ['n', 'm'], [{ name: 'n', type: 'number' }]],
    [
      'a column whose feature is missing',
      ['n'],
      [
        { name: 'n', type: 'number' },
        { name: 'm', type: 'number' },
      ],
    ],
    ['two categories of one text', ['c_7'], [{ name: 'c', type: 'category', categories: [7, '7'] }]],
  ] as const) {
    it(`with ${why} is refused`, () =>
      assert.throws(() => matrixSchema(features, columns), { code: 'MODEL_INVALID' }));
  }
});
