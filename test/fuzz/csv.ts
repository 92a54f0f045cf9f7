// Scores documents that are made up, twice: by the engine, cut anyhow, and row by row over csv-parse. Every byte of both
// outputs must be equal. `npm run fuzz:csv -- --rows 100000000 --seed 1`
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { makeDocument } from './documents.ts';
import { pickCut, runEngine } from './engine.ts';
import { createFuzzModels } from './fuzz-models.ts';
import { expectOutcome, type Outcome } from './oracle.ts';
import { createRandom } from './random.ts';

/** What a run of documents came to. */
export interface FuzzTotals {
  readonly documents: number;
  readonly rows: number;
  readonly failed: number;
}

/**
 * Tries documents until they have so many rows.
 *
 * @param onDocument hears of each seed before it is tried
 * @throws AssertionError whose message names the seed of the document that differs
 */
export async function fuzzCsv(
  rows: number,
  firstSeed: number,
  onDocument: (seed: number, totals: FuzzTotals) => void = () => undefined,
): Promise<FuzzTotals> {
  const models = createFuzzModels();
  let totals: FuzzTotals = { documents: 0, rows: 0, failed: 0 };
  for (let seed = firstSeed; totals.rows < rows; seed += 1) {
    onDocument(seed, totals);
    const random = createRandom(seed);
    const { model, columns } = random.pick(models);
    const document = makeDocument(random, columns, random.below(random.pick([3, 30, 400])));
    const expected = await expectOutcome(document, model);
    const cut = pickCut(random);
    const got = await runEngine(document, model, cut);
    assertEqual(got, expected, seed);
    const count = typeof expected === 'string' ? { rows: 0, failed: 0 } : expected;
    totals = {
      documents: totals.documents + 1,
      rows: totals.rows + count.rows,
      failed: totals.failed + count.failed,
    };
  }
  return totals;
}

/** Tells the first line that differs: documents are long. */
function assertEqual(got: Outcome | string, expected: Outcome | string, seed: number): void {
  if (typeof got !== 'string' && typeof expected !== 'string') {
    for (const kind of ['errors', 'predictions'] as const) {
      const lines: readonly string[] = got[kind].split('\n');
      const wanted: readonly string[] = expected[kind].split('\n');
      const at: number = lines.findIndex((line, index) => line !== wanted[index]);
      if (at >= 0) assert.equal(lines[at], wanted[at], `line ${at + 1} of ${kind}, document of seed ${seed}`);
    }
  }
  assert.deepEqual(got, expected, `the document of seed ${seed}`);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { rows: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`Seeds from ${seed} on.`);
  let told = 0;
  const totals = await fuzzCsv(Number(values.rows), seed, (at, { rows, documents }) => {
    if (rows < told) return;
    told += 1_000_000;
    console.log(`${rows} rows in ${documents} documents, at seed ${at}.`);
  });
  console.log(
    `${totals.rows} rows in ${totals.documents} documents are equal, ${totals.failed} of them failed.`,
  );
}
