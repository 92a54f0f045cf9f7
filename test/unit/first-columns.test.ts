// What `model init` makes of a CSV's columns: which feed the model, and how.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnsOf, matrix } from './table-profile.ts';

const shop = 'age,plan,vip,y\n30,b,True,1\n40,a,False,0\n';
const many = Array.from({ length: 1001 }, (_, index) => `${index},w${index}`).join('\n');
const number = (name: string, min: number, max: number) => ({
  name,
  type: 'number',
  min,
  max,
  integer: true,
});
const oneHot = (name: string, ...categories: readonly (string | number)[]) => ({
  name,
  type: 'category',
  categories,
  encoding: 'one-hot',
});
const vip = { name: 'vip', type: 'boolean' };

describe('the columns of a CSV', () => {
  for (const [what, width, csv, choice, expected] of [
    [
      'all, where they are as many as features',
      5,
      shop,
      { columns: ['age', 'plan', 'vip', 'y'] },
      [number('age', 20, 50), oneHot('plan', 'a', 'b'), vip, number('y', 0, 2)],
    ],
    [
      'all but the target, where that fits',
      4,
      shop,
      {},
      [number('age', 20, 50), oneHot('plan', 'a', 'b'), vip],
    ],
    [
      'all but the target that is named',
      4,
      shop,
      { target: 'age' },
      [oneHot('plan', 'a', 'b'), vip, number('y', 0, 2)],
    ],
    [
      'those that are chosen, in that order',
      2,
      shop,
      { columns: ['y', 'age'] },
      [number('y', 0, 2), number('age', 20, 50)],
    ],
    ['by a target that is not the last, only when it is named', 2, 'a,Label,b\n1,7,2\n', {}, undefined],
    [
      'by a target that is named, wherever it is',
      2,
      'a,Label,b\n1,7,2\n',
      { target: 'Label' },
      [number('a', 0, 2), number('b', 0, 4)],
    ],
    ['by the last as target, only when it is named', 2, 'a,b,c\n1,7,2\n', {}, undefined],
    ['less the last, never because another is called y', 3, 'x,y,z,price\n1,2,3,4\n', {}, undefined],
    ['in one way of two, only when that is named', 3, 'w,d,price\n0,1,5\n1,1,6\n', {}, undefined],
    [
      'months as categories, where only that fits',
      4,
      'month,y\n10,0\n2,1\n2.0,1\n7,0\n',
      { target: 'y' },
      undefined,
    ],
    [
      'whole numbers as categories, sorted by size',
      3,
      'month,y\n10,0\n2,1\n2.0,1\n7,0\n',
      { target: 'y' },
      [oneHot('month', 2, 7, 10)],
    ],
    ['texts sorted by code point', 3, 'c,y\nb,0\nZ,1\né,1\n', {}, [oneHot('c', 'Z', 'b', 'é')]],
    [
      'narrow numbers without losing their bounds',
      2,
      'a,b\n123456789,-1\n123456790,-2\n',
      { columns: ['a', 'b'] },
      [number('a', 123456788, 123456791), number('b', -3, 0)],
    ],
    [
      'without what has more texts than categories may be',
      2,
      `a,note\n${many}\n`,
      { columns: ['a', 'note'] },
      undefined,
    ],
    [
      'an empty column as numbers that are missing',
      2,
      'a,b\n1,\n2,\n',
      { columns: ['a', 'b'] },
      [number('a', 0, 3), { name: 'b', type: 'number', missing: 'nan' }],
    ],
    [
      'with a semicolon, a mark and CRLF',
      2,
      '\ufeffa;b\r\n1;2\r\n',
      {},
      [number('a', 0, 2), number('b', 0, 4)],
    ],
    [
      'called as objects have their members',
      2,
      '__proto__,constructor\n1,2\n',
      {},
      [number('__proto__', 0, 2), number('constructor', 0, 4)],
    ],
  ] as const) {
    it(`are taken: ${what}`, async () => {
      if (expected === undefined)
        await assert.rejects(columnsOf(matrix(width), csv, choice), { code: 'USAGE' });
      else {
        assert.deepEqual(await columnsOf(matrix(width), csv, choice), expected);
      }
    });
  }

  for (const [what, inputs, csv, choice, told] of [
    [
      'a chosen name that is not there',
      matrix(2),
      shop,
      { columns: ['age', 'plam'] },
      'The CSV has no column "plam" (nearest: "plan").',
    ],
    [
      'a target that is not there',
      matrix(2),
      shop,
      { target: 'Y ' },
      'The CSV has no column "Y " (nearest: "y").',
    ],
    [
      'a name like none',
      matrix(2),
      shop,
      { target: 'somewhere else' },
      'The CSV has no column "somewhere else" (it has "age", "plan", "vip", "y").',
    ],
    [
      'too few features',
      matrix(9),
      shop,
      {},
      'The model takes 9 features; the 4 columns of the CSV give 5 (text one-hot encoded): name those that feed it, in order, with --columns a,b,c.',
    ],
    [
      'a column twice',
      matrix(2),
      'a,a\n1,2\n',
      {},
      'The column "a" is there twice: which one feeds the model?',
    ],
    [
      'a column chosen twice',
      matrix(2),
      shop,
      { columns: ['age', 'age'] },
      'The column "age" is there twice: which one feeds the model?',
    ],
    [
      'too many texts',
      matrix(2),
      `a,note\n${many}\n`,
      { columns: ['note', 'a'] },
      'The column "note" of the CSV holds more than 1000 different texts, and the model takes 2 numbers: name the columns that feed it, in order, with --columns a,b,c.',
    ],
    [
      'text for a number',
      [{ name: 'n', type: 'float32', width: 1, rank: 2 }],
      'n\n1\nn/a\n',
      {},
      'The column "n" of the CSV holds text ("n/a"), and the model\'s input "n" takes numbers.',
    ],
    [
      'text for a boolean',
      [{ name: 'on', type: 'bool', width: 1, rank: 2 }],
      'on\nyes\nno\n',
      {},
      'The column "on" of the CSV holds text ("yes"), and the model\'s input "on" takes true and false.',
    ],
    [
      'an input without a column',
      [{ name: 'usage', type: 'float32', width: 1, rank: 2 }],
      'usgae\n1\n',
      {},
      'The CSV has no column "usage" (nearest: "usgae").',
    ],
    [
      'an input of several columns',
      [...matrix(2), { name: 'z', type: 'float32', width: 1, rank: 2 }],
      'z\n1\n',
      {},
      'The model\'s input "x" takes 2 values: write its columns by hand.',
    ],
  ] as const) {
    it(`are refused: ${what}`, () =>
      assert.rejects(columnsOf(inputs, csv, choice), { code: 'USAGE', message: told }));
  }

  it('find their inputs by name, whatever the exporter made of it', async () => {
    const types = {
      monthly_charge: 'float64',
      plan: 'string',
      note: 'string',
      seats: 'int64',
      on: 'bool',
    } as const;
    const inputs = Object.entries(types).map(([name, type]) => ({ name, type, width: 1, rank: 2 }) as const);
    const rows = Array.from(
      { length: 101 },
      (_, index) => `${index % 2},${index},n${index},${index % 3},p${index % 2}`,
    );
    const columns = await columnsOf(
      inputs,
      `on,Monthly Charge,note,seats,plan\n${rows.join('\n')}\n1,,,0,\n`,
    );
    assert.deepEqual(columns, [
      { name: 'Monthly Charge', type: 'number', min: 0, max: 200, integer: true, missing: 'nan' },
      { name: 'plan', type: 'category', categories: ['', 'p0', 'p1'], encoding: 'none', missing: '' },
      { name: 'note', type: 'string', missing: '' },
      { name: 'seats', type: 'number', min: 0, max: 4, integer: true },
      { name: 'on', type: 'boolean' },
    ]);
  });
});
