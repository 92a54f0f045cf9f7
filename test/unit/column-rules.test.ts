// Which columns can feed which inputs, whatever they are called.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import type { InputType } from '../../src/features/frame.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import { sampleInstances } from '../../src/model/samples.ts';
import { featureOf, schemaOf } from './one-column.ts';

/** Column, input, what is told. */
const REFUSED: readonly (readonly [object, InputType, RegExp])[] = [
  [{ type: 'number' }, 'string', /"c" is a number, and the model takes text there/],
  [{ type: 'boolean' }, 'string', /"c" is boolean, and the model takes text/],
  ...(['float32', 'float64', 'int64', 'int32', 'bool'] as const).map(
    (type) => [{ type: 'string' }, type, /"c" is a string, and the model takes a number/] as const,
  ),
  [
    { type: 'category', categories: ['a', 'b'], encoding: 'ordinal' },
    'string',
    /ordinal.*"encoding": "none"/,
  ],
  [{ type: 'category', categories: ['a'], encoding: 'none' }, 'float32', /categories that are no numbers/],
  [{ type: 'category', categories: ['0x1'], encoding: 'none' }, 'float32', /categories that are no numbers/],
  [
    { type: 'category', categories: [0.5], encoding: 'none' },
    'int64',
    /number 0.5, which .*\(int64\) can't hold/,
  ],
  [{ type: 'category', categories: [1e39], encoding: 'none' }, 'float32', /1e\+39, which .*can't hold/],
  [{ type: 'category', categories: [7, '7'], encoding: 'none' }, 'int64', /two categories of the same text/],
  [
    { type: 'category', categories: ['a', 'b', 'c'], encoding: 'ordinal' },
    'bool',
    /number 2, which .*\(bool\)/,
  ],
  [
    { type: 'category', categories: ['a'], encoding: 'ordinal', unknown: 'ignore' },
    'int64',
    /"unknown" must be "error"/,
  ],
  [
    { type: 'number', min: 0.2, max: 0.4, integer: true },
    'float32',
    /takes no value: none is an integer from 0.2 to 0.4/,
  ],
  [{ type: 'number', min: 0.2, max: 0.4 }, 'int64', /takes no value/],
  [{ type: 'number', min: 1e300 }, 'float32', /takes no value/],
  [{ type: 'number', missing: 'nan' }, 'int64', /"missing": "nan", which its features can't hold/],
  [{ type: 'string', missing: 'nan' }, 'string', /"missing": "nan", which/],
  [{ type: 'number', missing: '7' }, 'float32', /"missing": "7": expected a number, "error" or "nan"/],
  [{ type: 'number', missing: -1, min: 0 }, 'float32', /"missing": -1: expected a number of 0 or more/],
  [{ type: 'number', missing: 1e39 }, 'float32', /"missing": 1e\+39/],
  [{ type: 'boolean', missing: 'no' }, 'bool', /"missing": "no": expected true or false/],
  [
    { type: 'category', categories: ['a'], encoding: 'none', missing: 'b' },
    'string',
    /"missing": "b": expected one of "a"/,
  ],
];

describe('a column', () => {
  for (const [column, type, message] of REFUSED) {
    it(`${JSON.stringify(column)} can't feed ${type}`, () =>
      assert.throws(() => schemaOf(type, column), { code: 'MODEL_INVALID', message }));
  }

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    it(`may have the name ${name}`, () => {
      const schema = schemaOf('float32', { type: 'number' }, name);
      const outcomes = ['{}', `{"${name}":7}`].map((json) => encodeInstances(schema, [JSON.parse(json)]));
      assert.deepEqual(outcomes[0]?.failures[0]?.problems[0].code, 'MISSING_COLUMN');
      assert.deepEqual(outcomes[1]?.frame.data, [Float32Array.of(7)]);
      assert.deepEqual(featureOf(schema, 'csv', '7'), 7);
    });
  }

  for (const [column, type] of [
    [{ type: 'number', min: 0, max: 10 }, 'int64'],
    [{ type: 'number', min: 0, max: 1e10 }, 'int32'],
    [{ type: 'number', min: -1.7e308, max: 1.7e308 }, 'float64'],
    [{ type: 'number', min: -1e300, max: 1e300 }, 'float32'],
    [{ type: 'number', max: -1e38 }, 'float32'],
    [{ type: 'number', min: 0.5, max: 1.5, integer: true }, 'float32'],
    [{ type: 'number', min: 2 ** 31 - 1 }, 'int32'],
    [{ type: 'number' }, 'bool'],
    [{ type: 'boolean' }, 'bool'],
    [{ type: 'string' }, 'string'],
    [{ type: 'category', categories: ['', 'a'], encoding: 'none' }, 'string'],
    [{ type: 'category', categories: [-5, 7], encoding: 'none' }, 'int32'],
  ] as const) {
    it(`${JSON.stringify(column)} of ${type} takes the rows that are made up for it`, () => {
      const schema = schemaOf(type, column);
      const columns = [{ name: 'c', ...column } as ColumnSpec]; // its cases are columns
      const { failures } = encodeInstances(
        schema,
        sampleInstances({ ...schema, features: ['c'], columns }, 64),
      );
      assert.deepEqual(failures, []);
    });
  }
});
