import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createScoreProgress, toScoreLine } from '../../cli/score-progress.ts';
import { toScoreSummary } from '../../cli/score-summary.ts';

const state = { rows: 1_234_567, bytes: 25_000_000, failed: 12, file: 2 };
const extent = { files: 7, totalBytes: 100_000_000 };
const speed = { rows: 75_000, bytes: 7_500_000 };

describe('the line of progress', () => {
  for (const [columns, line] of [
    [
      120,
      '[=====               ]  25%  file 2 of 7  1,234,567 rows  12 failed  75,000 rows/s  7.5 MB/s  10 s left',
    ],
    [90, '25%  file 2 of 7  1,234,567 rows  12 failed  75,000 rows/s  7.5 MB/s  10 s left'],
    [80, '25%  file 2 of 7  1,234,567 rows  12 failed  75,000 rows/s  7.5 MB/s  10 s left'],
    [79, '25%  file 2 of 7  1,234,567 rows  12 failed  75,000 rows/s  10 s left'],
    [60, '25%  file 2 of 7  1,234,567 rows  12 failed  10 s left'],
    [50, '25%  1,234,567 rows  12 failed  10 s left'],
    [38, '25%  1,234,567 rows  12 failed'],
    [25, '25%  1,234,567 rows'],
    [16, '1,234,567 rows'],
    [8, '1,234,5'],
    [1, ''],
  ] as const) {
    it(`of ${columns} columns is: ${line}`, () => {
      assert.equal(toScoreLine(state, extent, speed, columns), line);
    });
  }

  it('tells megabytes of a pipe, and neither a file nor failures where there is one and none', () => {
    const line = toScoreLine({ ...state, failed: 0 }, { files: 1 }, speed, 80);
    assert.equal(line, '25 MB  1,234,567 rows  75,000 rows/s  7.5 MB/s');
  });

  it('is one line that leaves the last column free, whatever the numbers', () => {
    const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(count, count, count, count, fc.nat(300), (rows, bytes, failed, totalBytes, columns) => {
        const line = toScoreLine(
          { rows, bytes, failed, file: 1 },
          { files: 2, totalBytes },
          { rows, bytes },
          columns,
        );
        assert.ok(line.length <= Math.max(0, columns - 1));
        assert.doesNotMatch(line, /[^ -~]|NaN|Infinity|-\d/);
      }),
    );
  });
});

function begin(more: { readonly isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  const stream = { ...more, write: (text: string) => written.push(text) };
  let now = 0;
  const progress = createScoreProgress(stream, extent, () => now);
  const at = (ms: number): void => {
    now = ms;
    progress.update({ ...state, bytes: 1000 * ms });
  };
  return { progress, written, at, stream };
}

describe('progress of scoring', () => {
  it('is drawn at most ten times a second, follows the width of the window, and is erased at the end', () => {
    const { progress, written, at, stream } = begin({ isTTY: true, columns: 120 });
    for (let ms = 0; ms < 1000; ms += 10) at(ms);
    assert.equal(written.length, 10);
    stream.columns = 20;
    at(1000);
    assert.equal(written.at(-1), '\r\x1b[K1%  1,234,567 rows');
    progress.say('\x1b[31mStopping\nnow.');
    assert.deepEqual(written.slice(-2), ['\r\x1b[K', ' [31mStopping now.\n']);
    at(2000);
    progress.end();
    assert.equal(written.at(-1), '\r\x1b[K');
  });

  it('is never written to a pipe or a file', () => {
    const { progress, written, at } = begin({});
    for (let second = 0; second < 100; second += 1) at(second * 1000);
    progress.say('Stopping.');
    progress.end();
    assert.deepEqual(written, ['Stopping.\n']);
  });
});

describe('the summary of scoring', () => {
  const summary = { scored: 3, failed: 1, files: 1, failedFiles: 0, bytes: 95, seconds: 0.02 };
  for (const [more, text] of [
    [{ where: 'results' }, '3 rows scored, 1 failed: results'],
    [{ scored: 1, failed: 0 }, '1 row scored, 0 failed.'],
    [
      { scored: 90_000, failed: 12, files: 3, bytes: 5_400_000, seconds: 4.5, where: 'results' },
      '90,000 rows of 3 files scored, 12 failed, in 4.5 s (20,003 rows/s, 1.2 MB/s): results',
    ],
    [
      { files: 3, failedFiles: 1, seconds: 200, where: 'out' },
      '3 rows of 3 files scored, 1 failed, 1 file as a whole, in 200 s (0 rows/s, 0.0 MB/s): out',
    ],
  ] as const) {
    it(`is: ${text}`, () => assert.equal(toScoreSummary({ ...summary, ...more }), text));
  }
});
