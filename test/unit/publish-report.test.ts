import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PublishOutcome } from '../../cli/publish-batches.ts';
import { toFailureText, toSummary } from '../../cli/publish-report.ts';

const outcome: PublishOutcome = {
  messages: 100,
  rows: 1000,
  badRows: 2,
  safeRow: 800,
  safeBytes: 9,
  repeated: 50,
  unsureRows: 400,
  failure: new Error('No answer.'),
};

describe('the report of what was published', () => {
  it('tells rows that cannot be read, and messages that may be there twice', () => {
    assert.deepEqual(toSummary(outcome, 'features').split('\n'), [
      'Published 100 messages (1,000 rows) to features.',
      "2 rows can't be read: each becomes a dead letter.",
      '50 of the messages were sent more than once: some may be there twice.',
      '',
    ]);
  });

  const input = { values: { 'from-row': '3', format: 'csv' }, lists: {}, positionals: ['features', '-'] };

  it('tells which rows would be published twice', () => {
    const lines = toFailureText(outcome, input).split('\n');
    assert.equal(lines[0], 'No answer.');
    assert.match(lines[1] ?? '', /The first 800 rows of standard input are published; the rest is not\.$/);
    assert.match(lines[2] ?? '', /^Of the 400 rows after them, some or all may be published:/);
    assert.equal(lines.at(-2), '  npx scorestream publish features - --format csv --from-row 800');
  });

  it('begins again where nothing is published for certain', () => {
    const text = toFailureText({ ...outcome, safeRow: 0 }, input);
    assert.match(text, /No row of standard input is published for certain\.\nOf the first 400 rows, some/);
    assert.match(text, / {2}npx scorestream publish features - --format csv\n$/);
  });
});
