// Rows of several columns into several inputs, against an oracle; what bad, huge and hostile rows cost.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import { encodeRecords, planCsv } from '../../src/features/csv.ts';
import type { InputType } from '../../src/features/frame.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import { createFeatureSchema, type FeatureSchema } from '../../src/features/schema.ts';

const INPUTS = [
  { name: 'floats', type: 'float32', width: 3 },
  { name: 'words', type: 'string', width: 1 },
  { name: 'wholes', type: 'int64', width: 2 },
  { name: 'doubles', type: 'float64', width: 1 },
  { name: 'small', type: 'int32', width: 1 },
  { name: 'flags', type: 'bool', width: 2 },
] as const;
const FEATURES = ['kind_a', 'kind_b', 'n', 'word', 'id', 'place', 'when_epoch', 'when_year', 'on', 'off'];
const COLUMNS: readonly ColumnSpec[] = [
  { name: 'off', type: 'boolean' },
  { name: 'when', type: 'timestamp', parts: ['epoch', 'year'] },
  { name: 'word', type: 'string', missing: '' },
  { name: 'n', type: 'number', missing: 'nan' },
  { name: 'kind', type: 'category', categories: ['a', 'b'], unknown: 'ignore' },
  { name: 'place', type: 'category', categories: ['x', 'y', 'z'], encoding: 'ordinal' },
  { name: 'id', type: 'number' },
  { name: 'on', type: 'boolean', missing: true },
];

function createSchema(passthrough: readonly string[] = []): FeatureSchema {
  return createFeatureSchema({ inputs: INPUTS, features: FEATURES, columns: COLUMNS, passthrough });
}

/** A row that people send; `id` may be beyond what is taken, and the place may be none. */
const rowOf = fc.record({
  kind: fc.constantFrom('a', 'b', 'c', 'toString'),
  n: fc.option(fc.float({ noNaN: true, noDefaultInfinity: true })),
  word: fc.option(fc.string()),
  id: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2 ** 53, 0.5)),
  place: fc.constantFrom('x', 'y', 'z', 'w'),
  when: fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  }),
  on: fc.option(fc.boolean()),
  off: fc.boolean(),
});
type Row = typeof rowOf extends fc.Arbitrary<infer T> ? T : never;

function isGood({ id, place }: Row): boolean {
  return Number.isSafeInteger(id) && place !== 'w';
}

/** What the inputs must hold: said once more, a value at a time. */
function expectedOf(rows: readonly Row[]): readonly unknown[] {
  return [
    rows.flatMap(({ kind, n }) => [Number(kind === 'a'), Number(kind === 'b'), Math.fround(n ?? Number.NaN)]),
    rows.map(({ word }) => word ?? ''),
    rows.flatMap(({ id, place }) => [BigInt(id), BigInt('xyz'.indexOf(place))]),
    rows.map(({ when }) => Math.floor(when.getTime() / 1000)),
    rows.map(({ when }) => when.getUTCFullYear()),
    rows.flatMap(({ on, off }) => [Number(on ?? true), Number(off)]),
  ];
}

describe('rows of many columns', () => {
  it('fill the inputs as an oracle does, and a bad one leaves nothing behind', () => {
    const schema = createSchema();
    fc.assert(
      fc.property(fc.array(rowOf, { maxLength: 8 }), (rows) => {
        const sent = rows.map(({ when, ...row }) => ({ ...row, when: when.toISOString() }));
        const { frame, rows: taken, failures } = encodeInstances(schema, sent);
        const good = rows.filter(isGood);
        assert.deepEqual(
          frame.data.map((data) => Array.from<unknown>(data)),
          expectedOf(good),
        );
        assert.deepEqual(
          [...taken, ...failures.map(({ row }) => row)].sort((a, b) => a - b),
          [...rows.keys()],
        );
      }),
      { numRuns: 500 },
    );
  });

  it('fill the inputs from CSV as from JSON', () => {
    const schema = createSchema();
    const names = COLUMNS.map(({ name }) => name);
    const plan = planCsv(schema, names);
    fc.assert(
      fc.property(fc.array(rowOf, { maxLength: 8 }), (rows) => {
        const sent = rows.map(({ when, ...row }) => ({ ...row, when: when.toISOString() }));
        const records = sent.map((row) => ({
          line: 2,
          raw: Buffer.alloc(0),
          fields: names.map((name) => Buffer.from(String(Reflect.get(row, name) ?? '')).toString('latin1')),
        }));
        assert.deepEqual(encodeRecords(plan, records).frame, encodeInstances(schema, sent).frame);
      }),
      { numRuns: 500 },
    );
  });

  it('that fail after their last input was begun leave every type of input clean', () => {
    const [good, bad] = [
      [0, 0, 0, '', 0, 0, 0, 0, false, false],
      [1, 1, 1, 'x', -1, -1, 1.5, 7, true, 'x'],
    ];
    const { frame, failures } = encodeInstances(createSchema(), [bad, good, bad, good]);
    const { frame: clean } = encodeInstances(createSchema(), [good, good]);
    assert.deepEqual(frame, clean);
    assert.deepEqual(
      failures.map(({ row }) => row),
      [0, 2],
    );
  });
});

describe('what rows hand on', () => {
  const row = { when: '2020-01-01', kind: 'a', n: 1, word: '', id: 1, place: 'x', on: true, off: true };

  it('comes back as it was, whatever it is called', () => {
    const schema = createSchema(['id', '__proto__', 'toString', 'constructor']);
    const json = `${JSON.stringify(row).slice(0, -1)},"__proto__":{"a":[1]},"constructor":null}`;
    assert.deepEqual(encodeInstances(schema, [JSON.parse(json)]).passthrough, [
      '{"id":1,"__proto__":{"a":[1]},"constructor":null}',
    ]);
    assert.deepEqual(encodeInstances(schema, [[0, 0, 0, '', 0, 0, 0, 0, true, true]]).passthrough, [
      undefined,
    ]);
  });

  it('may not be nested deeper than it can be written again: that row fails, and no other', () => {
    const deep = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    const rows = [100_000, 101, 100].map((depth) => ({ ...row, trace: deep(depth) }));
    const { failures, rows: taken, passthrough } = encodeInstances(createSchema(['trace']), rows);
    assert.deepEqual(
      failures.map(({ row: at, problems: [{ code, column }] }) => [at, code, column]),
      [
        [0, 'INVALID_VALUE', 'trace'],
        [1, 'INVALID_VALUE', 'trace'],
      ],
    );
    assert.deepEqual([taken, passthrough.length], [[2], 1]);
  });
});

/** Columns of numbers over one matrix. */
function wideSchema(count: number, type: InputType = 'float32'): FeatureSchema {
  const features = Array.from({ length: count }, (_, index) => `column_${index}`);
  const columns = features.map((name) => ({ name, type: 'number' }) as const);
  return createFeatureSchema({
    inputs: [{ name: 'x', type, width: count }],
    features,
    columns,
    passthrough: [],
  });
}

describe('a wide table', () => {
  it('tells 20 problems of a row, through every door', () => {
    const schema = wideSchema(5000);
    const fields = schema.columnNames.map(() => 'x');
    const encoded = [
      encodeInstances(schema, [
        fields,
        {},
        Object.fromEntries(schema.columnNames.map((name) => [name, 'x'])),
      ]),
      encodeRecords(planCsv(schema, schema.columnNames), [{ line: 2, raw: Buffer.alloc(0), fields }]),
    ];
    for (const { failures } of encoded)
      for (const { problems } of failures) assert.equal(problems.length, 20);
    assert.equal(encoded.flatMap(({ failures }) => failures).length, 4);
  });

  it('is refused before anything of its size is made, when the graph declares another', () => {
    const inputs = [{ name: 'x', type: 'float32', width: 2 ** 40 }] as const;
    assert.throws(() => createFeatureSchema({ inputs, features: ['a'], columns: [], passthrough: [] }), {
      code: 'MODEL_INVALID',
      message: 'The model takes 1099511627776 features ("x" × 1099511627776); the manifest names 1.',
    });
  });

  it('of thousands of inputs is told by the first ten', () => {
    const inputs = Array.from(
      { length: 5000 },
      (_, index) => ({ name: `x${index}`, type: 'float32', width: 1 }) as const,
    );
    assert.throws(() => createFeatureSchema({ inputs, features: ['a'], columns: [], passthrough: [] }), {
      message: /"x9" × 1, and 4990 more\); the manifest names 1/,
    });
  });
});

describe('the category that was probably meant', () => {
  const nearOf = (count: number, value: string): string | undefined => {
    const categories = Array.from({ length: count }, (_, index) => `Category Number ${index}`);
    const inputs = [{ name: 'x', type: 'string', width: 1 }] as const;
    const columns = [{ name: 'c', type: 'category', categories, encoding: 'none' }] as const;
    const schema = createFeatureSchema({ inputs, features: ['c'], columns, passthrough: [] });
    return encodeInstances(schema, [{ c: value }]).failures[0]?.problems[0].nearest;
  };
  for (const [count, value, expected] of [
    [100, 'Kategory Number 7', 'Category Number 7'],
    [10_000, ' category number 7', 'Category Number 7'],
    [10_000, 'Kategory Number 7', undefined], // comparing with all takes longer than all else
    [100, 'x'.repeat(10_000), undefined],
  ] as const) {
    it(`of ${count} is ${expected} for ${value.slice(0, 20)}`, () =>
      assert.equal(nearOf(count, value), expected));
  }
});
