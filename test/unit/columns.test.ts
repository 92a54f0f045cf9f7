// Every type of column into every type of input, from JSON and from CSV.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InputType } from '../../src/features/frame.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import { type Door, featureOf, schemaOf } from './one-column.ts';

const BIG = 2 ** 53;
const NUMBERS: readonly (readonly [InputType, number, unknown])[] = [
  ...[0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32), 2 ** 32 + 1, -(2 ** 32) - 1, BIG - 1, 1 - BIG].map(
    (number) => ['int64', number, BigInt(number)] as const,
  ),
  ['int64', BIG, 'OUT_OF_RANGE'],
  ['int64', -BIG, 'OUT_OF_RANGE'],
  ['int64', 0.5, 'OUT_OF_RANGE'],
  ['int64', -0, 0n],
  ['int32', 2 ** 31 - 1, 2 ** 31 - 1],
  ['int32', -(2 ** 31), -(2 ** 31)],
  ['int32', 2 ** 31, 'OUT_OF_RANGE'],
  ['int32', -(2 ** 31) - 1, 'OUT_OF_RANGE'],
  ['int32', 1.5, 'OUT_OF_RANGE'],
  ['float32', 0.1, Math.fround(0.1)],
  ['float32', 3.4028234663852886e38, 3.4028234663852886e38],
  ['float32', 3.4028235e38, 3.4028234663852886e38], // rounds down
  ['float32', 3.4028236e38, 'OUT_OF_RANGE'], // rounds to infinity
  ['float32', -1e39, 'OUT_OF_RANGE'],
  ['float32', 1e-46, 0],
  ['float64', 0.1, 0.1],
  ['float64', 1e300, 1e300],
  ['float64', BIG + 2, BIG + 2],
  ['bool', 1, 1],
  ['bool', 0, 0],
  ['bool', 2, 'OUT_OF_RANGE'],
  ['bool', 0.5, 'OUT_OF_RANGE'],
];

describe('a number', () => {
  for (const [type, number, expected] of NUMBERS) {
    it(`${Object.is(number, -0) ? '-0' : number} of a ${type} input is ${expected}, through every door`, () => {
      const schema = schemaOf(type, { type: 'number' });
      assert.equal(featureOf(schema, 'json', number), expected);
      assert.equal(featureOf(schema, 'csv', number), expected);
      if (type !== 'bool') assert.equal(featureOf(schema, 'array', number), expected);
    });
  }
});

/** Column, input, door, value, what comes. */
const VALUES: readonly (readonly [object, InputType, Door, unknown, unknown])[] = [
  [{ type: 'number' }, 'float32', 'json', '7', 'INVALID_VALUE'],
  [{ type: 'number' }, 'float32', 'json', true, 'INVALID_VALUE'],
  [{ type: 'number' }, 'float32', 'array', true, 'INVALID_VALUE'],
  [{ type: 'number' }, 'float32', 'json', [7], 'INVALID_VALUE'],
  [{ type: 'number' }, 'float64', 'csv', '1e400', 'OUT_OF_RANGE'],
  [{ type: 'number' }, 'int64', 'csv', '1e3', 1000n],
  [{ type: 'number' }, 'int64', 'csv', '7.0', 7n],
  [{ type: 'number' }, 'int64', 'csv', '7.5', 'OUT_OF_RANGE'],
  [{ type: 'boolean' }, 'bool', 'json', true, 1],
  [{ type: 'boolean' }, 'float32', 'json', false, 0],
  [{ type: 'boolean' }, 'int64', 'json', 1, 1n],
  [{ type: 'boolean' }, 'bool', 'json', 'true', 'INVALID_VALUE'],
  [{ type: 'boolean' }, 'bool', 'array', 'true', 'INVALID_VALUE'],
  [{ type: 'boolean' }, 'bool', 'array', true, 1],
  [{ type: 'boolean' }, 'bool', 'array', 2, 'INVALID_VALUE'],
  [{ type: 'boolean' }, 'bool', 'csv', 'TRUE', 1],
  [{ type: 'boolean' }, 'float64', 'csv', '1.0', 1],
  [{ type: 'boolean' }, 'int32', 'csv', 'False', 0],
  [{ type: 'boolean' }, 'bool', 'csv', 'yes', 'INVALID_VALUE'],
  [{ type: 'string' }, 'string', 'json', 'é\u0000', 'é\u0000'],
  [{ type: 'string' }, 'string', 'csv', 'é', 'é'],
  [{ type: 'string' }, 'string', 'json', 7.0, '7'],
  [{ type: 'string' }, 'string', 'json', true, 'true'],
  [{ type: 'string' }, 'string', 'json', {}, 'INVALID_VALUE'],
  [{ type: 'string' }, 'string', 'array', 7, 'INVALID_VALUE'],
  [{ type: 'string' }, 'string', 'array', '', ''],
  ...(['toString', 'constructor', '__proto__'] as const).flatMap((text) => [
    [{ type: 'string' }, 'string', 'csv', text, text] as const,
    [
      { type: 'category', categories: ['a'], encoding: 'none' },
      'string',
      'json',
      text,
      'UNKNOWN_CATEGORY',
    ] as const,
    [{ type: 'category', categories: ['a', text], encoding: 'ordinal' }, 'int64', 'csv', text, 1n] as const,
  ]),
  [{ type: 'category', categories: [7, 'a', true], encoding: 'ordinal' }, 'float32', 'json', 7.0, 0],
  [{ type: 'category', categories: [7, 'a', true], encoding: 'ordinal' }, 'int32', 'json', '7', 0],
  [{ type: 'category', categories: [7, 'a', true], encoding: 'ordinal' }, 'int64', 'csv', 'true', 2n],
  [
    { type: 'category', categories: [7, 'a', true], encoding: 'ordinal' },
    'int64',
    'json',
    ['a'],
    'INVALID_VALUE',
  ],
  [{ type: 'category', categories: [7, '8', true], encoding: 'none' }, 'int64', 'json', true, 1n],
  [{ type: 'category', categories: [7, '8'], encoding: 'none' }, 'float32', 'csv', '8', 8],
  [{ type: 'category', categories: [7, 'a'], encoding: 'none' }, 'string', 'json', 7, '7'],
  [{ type: 'category', categories: ['', 'a'], encoding: 'none' }, 'string', 'csv', '', ''],
  [{ type: 'category', categories: ['', 'a'], encoding: 'none' }, 'string', 'json', null, 'MISSING_VALUE'],
  [{ type: 'category', categories: ['', 'a'], encoding: 'none', missing: 'a' }, 'string', 'csv', '', 'a'],
  ...(
    [
      ['1.5', 'OUT_OF_RANGE'],
      ['12', 12n],
      [' ', 'INVALID_VALUE'],
      ['0x10', 'INVALID_VALUE'],
      ['Infinity', 'INVALID_VALUE'],
      ['1e300', 'OUT_OF_RANGE'],
    ] as const
  ).map(
    ([text, expected]) =>
      [
        { type: 'category', categories: [1], encoding: 'none', unknown: 'ignore' },
        'int64',
        'json',
        text,
        expected,
      ] as const,
  ),
  [{ type: 'category', categories: ['a'], encoding: 'none', unknown: 'ignore' }, 'string', 'json', 'b', 'b'],
  [
    { type: 'category', categories: ['a'], encoding: 'none', unknown: 'ignore' },
    'float32',
    'json',
    1,
    'refused',
  ],
];

describe('a value', () => {
  for (const [column, type, door, value, expected] of VALUES) {
    it(`${JSON.stringify(value)} of ${JSON.stringify(column)} is ${expected} in ${type} (${door})`, () => {
      if (expected === 'refused') assert.throws(() => schemaOf(type, column), { code: 'MODEL_INVALID' });
      else assert.equal(featureOf(schemaOf(type, column), door, value), expected);
    });
  }
});

describe('a missing value', () => {
  for (const [column, type, missing, expected] of [
    [{ type: 'number' }, 'float32', undefined, 'MISSING_VALUE'],
    [{ type: 'number' }, 'int64', 'error', 'MISSING_VALUE'],
    [{ type: 'number' }, 'float32', 'nan', Number.NaN],
    [{ type: 'number' }, 'float64', 'nan', Number.NaN],
    [{ type: 'number' }, 'int64', -1, -1n],
    [{ type: 'boolean' }, 'bool', false, 0],
    [{ type: 'boolean' }, 'float32', 'nan', Number.NaN],
    [{ type: 'string' }, 'string', '', ''],
    [{ type: 'string' }, 'string', 'none', 'none'],
    [{ type: 'category', categories: ['a', 'b'], encoding: 'ordinal' }, 'int32', 'b', 1],
    [{ type: 'category', categories: ['a', 'b'], encoding: 'ordinal' }, 'float32', 'nan', Number.NaN],
    [{ type: 'category', categories: [3, 4], encoding: 'none' }, 'float32', 'nan', Number.NaN],
    [{ type: 'category', categories: ['', 'b'], encoding: 'none' }, 'string', '', ''],
  ] as const) {
    it(`${JSON.stringify(missing)} of ${column.type} is ${expected} in ${type}`, () => {
      const schema = schemaOf(type, { ...column, ...(missing === undefined ? {} : { missing }) });
      assert.deepEqual(featureOf(schema, 'json', null), expected);
      assert.deepEqual(featureOf(schema, 'csv', ''), expected);
      assert.deepEqual(featureOf(schema, 'array', null), expected);
    });
  }

  it('is no feature left out', () => {
    const schema = schemaOf('float32', { type: 'number', missing: 'nan' });
    assert.equal(encodeInstances(schema, [{}]).failures[0]?.problems[0].code, 'MISSING_COLUMN');
  });
});
