// What is said of the attributes of dead letters, in the code and the documents, and the letters themselves.
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { type Letter, toMessageLetter, toObjectLetter, toRowLetter } from '../../src/encode/dead-letter.ts';
import { LETTER_ATTRIBUTES, type LetterKind } from '../../src/encode/letter-attributes.ts';
import { ScorerError } from '../../src/errors.ts';
import { rowsOf } from './tables.ts';

const DATA = Buffer.from('{}');
const SOURCE = { id: '42', data: DATA, attributes: {}, subscription: 's', topic: 't' };
const LETTERS: Readonly<Record<LetterKind, Letter>> = {
  row: toRowLetter(
    SOURCE,
    { messageId: '42', publishTime: undefined, row: 3 },
    { row: 3, problems: [{ code: 'MISSING_COLUMN', column: 'c', expected: 'text', got: 'nothing' }] },
    { data: DATA, contentType: 'application/json' },
  ),
  message: toMessageLetter(SOURCE, new ScorerError('Bad.', { code: 'INVALID_JSON' })),
  object: toObjectLetter(DATA, { id: 'job', code: 'INVALID_CSV', message: 'Bad.', topic: 't' }),
};

test('docs/messages.md lists the attributes of dead letters as the code does, and no other', () => {
  assert.deepEqual(
    rowsOf('messages.md', 'Out: dead-letters'),
    LETTER_ATTRIBUTES.map(({ name, kinds, description }) => [
      name,
      kinds.join(', '),
      description.replaceAll('`', ''),
    ]),
  );
});

describe('a dead letter', () => {
  for (const [kind, { attributes }] of Object.entries(LETTERS)) {
    it(`of the kind ${kind} has the attributes that the table says`, () => {
      const told = LETTER_ATTRIBUTES.filter(({ kinds }) => kinds.some((each) => each === kind));
      assert.deepEqual(Object.keys(attributes).sort(), told.map(({ name }) => name).sort());
      assert.equal(attributes['dead-letter-kind'], kind);
    });
  }
});
