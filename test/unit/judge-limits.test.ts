// When a file is plainly the wrong one.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judgeRows } from '../../src/batch/judge.ts';

for (const [limit, read, failed, failedFirst, isEnd, isWrong] of [
  [{}, 999, 999, 999, true, false],
  [{}, 1000, 1000, 1000, false, true],
  [{}, 5000, 4999, 999, true, false],
  [{ ratio: 1 }, 1000, 1000, 1000, true, false],
  [{ ratio: 0.1 }, 1000, 101, 101, false, true],
  [{ ratio: 0.1 }, 1000, 100, 100, true, false],
  [{ ratio: 0.1 }, 500, 51, 51, false, false],
  [{ ratio: 0.1 }, 500, 51, 51, true, true],
  [{ ratio: 0.1 }, 5000, 501, 0, true, true],
  [{ ratio: 0.29 }, 100, 29, 29, true, false],
  [{ ratio: 0 }, 10, 1, 1, true, true],
  [{ ratio: 0 }, 0, 0, 0, true, false],
  [{ count: 0 }, 10, 1, 1, false, true],
  [{ count: 5 }, 10, 5, 5, true, false],
] as const) {
  const rows = `${failed} of ${read} rows, ${failedFirst} of the first`;
  it(`${rows} are ${isWrong ? 'too many' : 'none too many'} for ${JSON.stringify(limit)}${isEnd ? ' at the end' : ''}`, () => {
    const judge = (): void => judgeRows(limit, { read, failed, failedFirst, reasons: [] }, isEnd);
    if (isWrong) assert.throws(judge, { code: 'TOO_MANY_FAILED_ROWS' });
    else judge();
  });
}
