// How `model init` looks at a CSV, and at a graph without one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnsFromInputs } from '../../src/model/init/columns.ts';
import { matrix, profile } from './table-profile.ts';

describe('a CSV to look at', () => {
  for (const [csv, code] of [
    ['a,b\n', 'EMPTY_FILE'],
    ['', 'EMPTY_FILE'],
    ['a,b\n1\n', 'WRONG_FIELD_COUNT'],
    ['a,b\n"1,2\n', 'MALFORMED_QUOTES'],
  ] as const) {
    it(`${JSON.stringify(csv)} is refused: ${code}`, () => assert.rejects(profile(csv), { code }));
  }

  it('may hold numbers beyond all, which are texts', async () => {
    const { columns } = await profile('a\n1e999\n-1\n');
    const [{ isNumeric, text, min, max } = {}] = columns;
    assert.deepEqual([isNumeric, text, min, max], [false, '1e999', -1, -1]);
  });
});

describe('the columns of a graph', () => {
  it('are asked for NaN once an input, however wide', () => {
    let asked = 0;
    const { columns, features } = columnsFromInputs(matrix(5000), () => {
      asked += 1;
      return true;
    });
    assert.deepEqual([asked, columns.length, features[4999]], [1, 5000, 'f4999']);
  });
});
