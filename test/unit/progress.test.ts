import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createProgress, type ProgressOptions } from '../../cli/progress.ts';

function begin(more: Partial<ProgressOptions>) {
  const written: string[] = [];
  const options = { done: 'published', startMs: 1000, write: (text: string) => written.push(text), ...more };
  return { progress: createProgress(options), written };
}

const at = (rows: number) => ({ rows, bytes: rows * 100 });

describe('progress on a terminal', () => {
  it('is one line, drawn again at most ten times a second and erased at the end', () => {
    const { progress, written } = begin({ columns: 100, totalBytes: 100_000_000 });
    for (let ms = 0; ms < 1000; ms += 10) progress.update(at(1000 * ms), 1000 + ms);
    assert.equal(written.length, 10);
    assert.ok(written.every((text) => text.startsWith('\r\x1b[K') && !text.includes('\n')));
    progress.end();
    assert.equal(written.at(-1), '\r\x1b[K');
    progress.end();
    assert.equal(written.length, 11, 'what is erased is not erased again');
  });

  it('tells bar, rows, speeds and the time that is left', () => {
    const { progress, written } = begin({ columns: 100, totalBytes: 100_000_000 });
    progress.update(at(100_000), 1000);
    progress.update(at(250_000), 3000);
    assert.equal(
      written.at(-1),
      '\r\x1b[K[=====               ] 25%  250,000 rows  75,000 rows/s  7.5 MB/s  10 s left',
    );
  });

  it('measures speed over the last ten seconds', () => {
    const { progress, written } = begin({ columns: 100, totalBytes: 1_000_000_000 });
    progress.update(at(0), 1000);
    for (let second = 1; second <= 30; second += 1) {
      progress.update(
        at(second <= 10 ? second * 100_000 : 1_000_000 + (second - 10) * 1000),
        1000 + second * 1000,
      );
    }
    assert.match(written.at(-1) ?? '', / 1,000 rows\/s {2}0\.1 MB\/s {2}2 h 29 min left$/);
  });

  it('tells neither part nor time that is left of a pipe', () => {
    const { progress, written } = begin({ columns: 100 });
    progress.update(at(0), 1000);
    progress.update(at(100_000), 2000);
    assert.equal(written.at(-1), '\r\x1b[K100,000 rows  10 MB  100,000 rows/s  10.0 MB/s');
  });

  it('never passes the width, and makes room for other lines', () => {
    const { progress, written } = begin({ columns: 20, totalBytes: 10 });
    progress.update(at(1000), 1000);
    assert.equal(written[0]?.length, '\r\x1b[K'.length + 19);
    progress.say('Trying again.');
    assert.deepEqual(written.slice(1), ['\r\x1b[K', 'Trying again.\n']);
  });
});

describe('progress elsewhere', () => {
  it('is a line every ten seconds', () => {
    const { progress, written } = begin({ totalBytes: 96_000_000 });
    for (let second = 0; second <= 25; second += 1)
      progress.update(at(second * 15_500), 1000 + second * 1000);
    progress.end();
    assert.deepEqual(written, [
      '155,000 rows published, 16 MB of 96 MB\n',
      '310,000 rows published, 31 MB of 96 MB\n',
    ]);
  });

  it('tells what is read of a pipe', () => {
    const { progress, written } = begin({});
    progress.update(at(120_000), 11_000);
    assert.deepEqual(written, ['120,000 rows published, 12 MB\n']);
  });
});
