// How many rows may fail, to the row.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toErrorLimit } from '../../cli/score-options.ts';
import { judgeRows } from '../../src/batch/judge.ts';

const isRefused = (limit: string, failed: number, read: number): boolean => {
  const rows = { read, failed, failedFirst: read > 1000 ? 0 : failed, reasons: [] };
  try {
    judgeRows(toErrorLimit(limit), rows, true);
    return false;
  } catch {
    return true;
  }
};

it('as many rows may fail as the share says, and not one more', () => {
  for (let tenths = 1; tenths < 1000; tenths += 1) {
    for (const read of [10, 100, 1000, 2000, 12_345_000]) {
      const most = Math.floor((tenths * read) / 1000);
      const limit = `${tenths / 10}%`;
      assert.ok(!isRefused(limit, most, read), `${most} of ${read} at ${limit}`);
      assert.ok(isRefused(limit, most + 1, read), `${most + 1} of ${read} at ${limit}`);
    }
  }
});

it('none and all are shares, too', () => {
  assert.ok(!isRefused('0%', 0, 0));
  assert.ok(isRefused('0%', 1, 1_000_000_000));
  assert.ok(!isRefused('100%', 5000, 5000));
});
