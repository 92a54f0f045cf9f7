// Which ids the rows of a message have when the message was sent again by hand.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toOrigin } from '../../src/stream/origin.ts';

describe('the origin of a message', () => {
  for (const [why, attributes, expected] of [
    ['itself', { a: 'b' }, ['m', 0, 'm']],
    ['itself when the first is not named', { 'replayed-from': '', 'replayed-row': '3' }, ['m', 0, 'm']],
    ['the message that is named', { 'replayed-from': 'first' }, ['first', 0, 'first']],
    ['a row of it', { 'replayed-from': 'first', 'replayed-row': '41' }, ['first', 41, 'first/41']],
    ['its first row', { 'replayed-from': 'first', 'replayed-row': '0' }, ['first', 0, 'first/0']],
    [
      'the largest row',
      { 'replayed-from': 'f', 'replayed-row': String(2 ** 53 - 1) },
      ['f', 2 ** 53 - 1, `f/${2 ** 53 - 1}`],
    ],
    ...['', '-1', '+1', '1.0', '1e3', '0x10', ' 1', 'one', String(2 ** 53), '9'.repeat(30)].map(
      (row) =>
        [
          `it alone for the row ${JSON.stringify(row)}`,
          { 'replayed-from': 'f', 'replayed-row': row },
          ['f', 0, 'f'],
        ] as const,
    ),
  ] as const) {
    it(`is ${why}`, () => {
      const { messageId, firstRow, letterId } = toOrigin({ id: 'm', attributes });
      assert.deepEqual([messageId, firstRow, letterId], expected);
    });
  }
});
