// A million rows of made-up documents through the engine: every byte as csv-parse and rows as strings have it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzCsv } from '../fuzz/csv.ts';

test('a million rows of random documents come out as csv-parse has them', async (context) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  context.diagnostic(`seeds from ${seed} on`);
  const totals = await fuzzCsv(1_000_000, seed);
  context.diagnostic(`${totals.documents} documents, ${totals.failed} failed rows`);
  assert.ok(
    totals.failed > totals.rows / 100 && totals.failed < totals.rows / 2,
    'most rows are good, many bad',
  );
});
