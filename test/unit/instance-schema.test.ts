// The schema of instances allows what is encoded, and nothing else: every kind of column against the same values.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Schema, Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { type ColumnSpec, featuresOf } from '../../src/features/column-spec.ts';
import type { InputType } from '../../src/features/frame.ts';
import { toInstanceSchemas } from '../../src/features/instance-schema.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import { createFeatureSchema, type FeatureSchema } from '../../src/features/schema.ts';

const VALUES: readonly unknown[] = [
  ...[null, '', 'a', 'b', 'zz', '7', '7.0', 'true', 'True', '1e3', '-.5', '.', ' 1', 'NaN', [], {}, [7]],
  ...[true, false, 0, -0, 1, 2, 7, 7.5, -1, 11, 100, 1e21, 2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 53 - 1],
  ...[2 ** 128 - 2 ** 104, 2 ** 128 - 2 ** 103 - 2 ** 75, 2 ** 128 - 2 ** 103, -(2 ** 128), 1e300],
  ...[
    '2026-03-01',
    '2026-13-01',
    '2026-00-10',
    '2026-03-01T14:30:00Z',
    '2026-03-01 14:30',
    '2026-03-01T24:00',
  ],
  ...[
    '2026-03-01T14:30:00.123456789+01:00',
    '2026-03-01T14:30+25',
    '2026-03-01T14',
    '26-03-01',
    '2026-03-01\n',
  ],
];

type Row = readonly [what: string, spec: ColumnSpec, type: InputType];

const COLUMNS: readonly Row[] = [
  ['texts', { name: 'c', type: 'category', categories: ['a', 'b'] }, 'float32'],
  ['numbers', { name: 'c', type: 'category', categories: [1, 7, 11] }, 'float32'],
  ['texts of numbers', { name: 'c', type: 'category', categories: ['7', '7.0', '1e3'] }, 'float32'],
  ['true and false', { name: 'c', type: 'category', categories: [true, false] }, 'float32'],
  ['an empty text', { name: 'c', type: 'category', categories: ['', 'a'] }, 'float32'],
  ['others', { name: 'c', type: 'category', categories: ['a'], unknown: 'ignore' }, 'float32'],
  ['an absence', { name: 'c', type: 'category', categories: ['a', 'b'], missing: 'b' }, 'float32'],
  [
    'others of text as it is',
    { name: 'c', type: 'category', categories: ['a'], unknown: 'ignore', encoding: 'none' },
    'string',
  ],
  [
    'other numbers as they are',
    { name: 'c', type: 'category', categories: [7], unknown: 'ignore', encoding: 'none' },
    'float32',
  ],
  [
    'places',
    { name: 'c', type: 'category', categories: ['a', 7], encoding: 'ordinal', missing: 'nan' },
    'float32',
  ],
  ['any number', { name: 'n', type: 'number' }, 'float32'],
  ['any number of 64 bits', { name: 'n', type: 'number' }, 'float64'],
  ['bounds', { name: 'n', type: 'number', min: 0, max: 7.5 }, 'float32'],
  ['integers', { name: 'n', type: 'number', min: -1, integer: true }, 'float32'],
  ['integers of 64 bits', { name: 'n', type: 'number' }, 'int64'],
  ['integers of 32 bits', { name: 'n', type: 'number', max: 100 }, 'int32'],
  ['integers within halves', { name: 'n', type: 'number', min: 0.5, max: 7.5 }, 'int64'],
  ['no number', { name: 'n', type: 'number', missing: 'nan' }, 'float32'],
  ['booleans', { name: 'b', type: 'boolean' }, 'bool'],
  ['booleans or none', { name: 'b', type: 'boolean', missing: true }, 'float32'],
  ['text', { name: 's', type: 'string' }, 'string'],
  ['text or none', { name: 's', type: 'string', missing: 'x' }, 'string'],
  ['times', { name: 't', type: 'timestamp', parts: ['month', 'hour'] }, 'float32'],
];

function schemaOf(specs: readonly (readonly [ColumnSpec, InputType])[]): FeatureSchema {
  return createFeatureSchema({
    inputs: specs.map(([spec, type], index) => ({ name: `i${index}`, type, width: featuresOf(spec).length })),
    features: specs.flatMap(([spec]) => featuresOf(spec)),
    columns: specs.map(([spec]) => spec),
    passthrough: [],
  });
}

/** Tells for an instance whether it is allowed, and whether it is encoded. */
function createComparison(schema: FeatureSchema, specs: readonly ColumnSpec[]) {
  const { columns, array, features } = toInstanceSchemas(schema, specs);
  const anyOf = [columns, array, features].filter((each) => each !== undefined);
  const validator = new Validator(JSON.parse(JSON.stringify({ anyOf })) as Schema, '2020-12', true);
  return (instance: unknown) => ({
    allowed: validator.validate(instance).valid,
    encoded: encodeInstances(schema, [instance]).failures.length === 0,
  });
}

describe('the schema of a column of', () => {
  for (const [what, spec, type] of COLUMNS) {
    it(`${what} allows what is encoded`, () => {
      const compare = createComparison(schemaOf([[spec, type]]), [spec]);
      for (const value of VALUES) {
        const { allowed, encoded } = compare({ [spec.name]: value, extra: 1 });
        assert.equal(allowed, encoded, JSON.stringify(value));
      }
    });
  }
});

describe('the schema of features of', () => {
  for (const type of ['float32', 'float64', 'int64', 'int32', 'bool', 'string'] as const) {
    it(`${type} allows what is encoded`, () => {
      const inputs = [{ name: 'i', type, width: 1 }];
      const schema = createFeatureSchema({ inputs, features: ['f'], columns: [], passthrough: [] });
      const compare = createComparison(schema, []);
      for (const value of VALUES) {
        for (const instance of [{ f: value }, [value]]) {
          const { allowed, encoded } = compare(instance);
          assert.equal(allowed, encoded, JSON.stringify(instance));
        }
      }
    });
  }
});

describe('the schema of instances', () => {
  const category: ColumnSpec = { name: 'c', type: 'category', categories: ['a', 'b'] };
  const number: ColumnSpec = { name: 'n', type: 'number', min: 0 };
  const value = fc.constantFrom<unknown>('a', 'zz', 0, 1, -1, null);
  for (const [what, specs] of [
    ['whose features have names of their own', [category]],
    ['some of whose columns are features', [category, number]],
    ['all of whose columns are features', [number]],
  ] as const) {
    it(`${what} allows what is encoded, however it is written`, () => {
      const schema = schemaOf(specs.map((spec) => [spec, 'float32']));
      const compare = createComparison(schema, specs);
      const keys = ['c', 'n', 'c_a', 'c_b', 'other'];
      const object = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
      const instance = fc.oneof(object, fc.array(value, { maxLength: 4 }), value);
      fc.assert(
        fc.property(instance, (each) => {
          const { allowed, encoded } = compare(each);
          assert.equal(allowed, encoded, JSON.stringify(each));
        }),
        { numRuns: 2000 },
      );
    });
  }
});
