// A CSV document in memory gives the rows that the reader and one row after the other give, failed ones in their place.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { scoreDocument } from '../../src/batch/score-document.ts';
import { createCsvReader } from '../../src/decode/csv/reader.ts';
import { createCsvRows } from '../../src/encode/csv.ts';
import { ScorerError } from '../../src/errors.ts';
import { encodeRecords, planCsv } from '../../src/features/csv.ts';
import type { Model } from '../../src/model/model.ts';
import { scoreRows } from '../../src/score.ts';
import { makeDocument } from '../fuzz/documents.ts';
import { createFuzzModels } from '../fuzz/fuzz-models.ts';
import { createRandom } from '../fuzz/random.ts';

const models = createFuzzModels();

interface Scored {
  readonly text: string;
  readonly rows: number;
  /** Row, line and code of each that failed. */
  readonly failed: readonly string[];
}

/** By the reader, a record at a time. */
async function scoreSlowly(document: Uint8Array, model: Model, isPartial: boolean): Promise<Scored | string> {
  try {
    const reader = createCsvReader(model.schema.csv);
    const records = [...reader.push(document), ...reader.end()];
    if (reader.header === undefined) return 'EMPTY_FILE';
    const plan = planCsv(model.schema, reader.header.names);
    const rows = createCsvRows(reader.header, model.output, isPartial);
    const out = [rows.header];
    const failed: string[] = [];
    for (const [row, record] of records.entries()) {
      const scored = await scoreRows(model, encodeRecords(plan, [record]));
      const [failure] = scored.failures;
      if (failure === undefined) out.push(rows.scored(record.raw, scored.predictions, 0));
      else {
        failed.push(`${row} ${record.line} ${failure.problems[0].code}`);
        if (isPartial) out.push(rows.failed(record.raw, failure));
      }
    }
    return { text: Buffer.concat(out).toString('latin1'), rows: records.length, failed };
  } catch (error) {
    if (error instanceof ScorerError) return error.code;
    throw error;
  }
}

async function scoreFast(document: Uint8Array, model: Model, isPartial: boolean): Promise<Scored | string> {
  const out: Uint8Array[] = [];
  const failed: string[] = [];
  try {
    const rows = await scoreDocument({
      ...{ model, document, isPartial },
      write: (bytes) => out.push(bytes),
      observer: {
        scored: () => undefined,
        failed: (line, { row, problems }) => failed.push(`${row} ${line} ${problems[0].code}`),
      },
    });
    return { text: Buffer.concat(out).toString('latin1'), rows, failed };
  } catch (error) {
    if (error instanceof ScorerError) return error.code;
    throw error;
  }
}

describe('a CSV document in memory', () => {
  for (const isPartial of [true, false]) {
    it(`comes out as one row after the other does, ${isPartial ? 'bad rows in their place' : 'bad rows left out'}`, async () => {
      let failed = 0;
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0 }), async (seed) => {
          const random = createRandom(seed);
          const { model, columns } = random.pick(models);
          const document = makeDocument(random, columns, random.below(80));
          const fast = await scoreFast(document, model, isPartial);
          assert.deepEqual(fast, await scoreSlowly(document, model, isPartial));
          if (typeof fast !== 'string') failed += fast.failed.length;
        }),
        { numRuns: 200 },
      );
      assert.ok(failed > 100, `${failed} rows failed: too few to tell anything`);
    });
  }

  it('lets many documents wait for each other', async () => {
    const { model, columns } = models[0] as (typeof models)[number];
    const document = makeDocument(createRandom(7), columns, 40);
    const alone = await scoreFast(document, model, true);
    const together = await Promise.all(Array.from({ length: 9 }, () => scoreFast(document, model, true)));
    assert.deepEqual(
      together,
      together.map(() => alone),
    );
  });

  it('stops where nobody takes its rows, and lets others go on', async () => {
    const { model, columns } = models[0] as (typeof models)[number];
    const document = makeDocument(createRandom(7), columns, 40);
    for (let count = 0; count < 3; count += 1) {
      const write = (): void => {
        throw new RangeError('gone');
      };
      const observer = { scored: () => undefined, failed: () => undefined };
      await assert.rejects(scoreDocument({ model, document, isPartial: true, write, observer }), /gone/);
    }
    assert.notEqual(typeof (await scoreFast(document, model, true)), 'string');
  });
});
