// A million rows of made-up documents through the engine: every byte as csv-parse and rows as strings have it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, '../fuzz/csv.ts');

test('a million rows of random documents come out as csv-parse has them', async (context) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  context.diagnostic(`seeds from ${seed} on`);
  // in a process of its own: the test runner follows every promise, of which a document cut into bytes has many
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...[PROGRAM, '--rows', '1000000', '--seed', String(seed)],
  ]);
  const [, rows = '', failed = ''] =
    /^(\d+) rows in \d+ documents are equal, (\d+) of them failed\.$/m.exec(stdout) ?? [];
  assert.ok(Number(rows) >= 1_000_000, stdout);
  assert.ok(
    Number(failed) > Number(rows) / 100 && Number(failed) < Number(rows) / 2,
    'most are good, many bad',
  );
});
