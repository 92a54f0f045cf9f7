// What a document must come to: csv-parse reads it, and rows become strings, one after the other.
import { createCsvReader } from '../../src/decode/csv/reader.ts';
import { createCsvRows, ERRORS_HEADER, toErrorLine } from '../../src/encode/csv.ts';
import { ScorerError } from '../../src/errors.ts';
import { encodeRecords, planCsv } from '../../src/features/csv.ts';
import type { Model } from '../../src/model/model.ts';
import { scoreRows } from '../../src/score.ts';

/** The outputs of a document, byte by byte as latin1 text; or the code that it fails with. */
export interface Outcome {
  readonly predictions: string;
  readonly errors: string;
  readonly rows: number;
  readonly failed: number;
}

/** What the slow way makes of a document. */
export async function expectOutcome(document: Buffer, model: Model): Promise<Outcome | string> {
  try {
    return await score(document, model);
  } catch (error) {
    if (error instanceof ScorerError) return error.code;
    throw error;
  }
}

async function score(document: Buffer, model: Model): Promise<Outcome> {
  const reader = createCsvReader(model.schema.csv);
  const records = [...reader.push(document), ...reader.end()];
  if (reader.header === undefined) throw new Error('a reader without a header throws');
  const plan = planCsv(model.schema, reader.header.names);
  const rows = createCsvRows(reader.header, model.output, false);
  const scored = await scoreRows(model, encodeRecords(plan, records));
  const rawOf = (row: number): Uint8Array => records[row]?.raw ?? new Uint8Array(0);
  const lines = scored.failures.map((failure) =>
    toErrorLine(records[failure.row]?.line ?? 0, failure, rawOf(failure.row)),
  );
  const good = scored.rows.map((row, index) => rows.scored(rawOf(row), scored.predictions, index));
  return {
    predictions: Buffer.concat([rows.header, ...good]).toString('latin1'),
    errors: Buffer.concat([Buffer.from(ERRORS_HEADER), ...lines]).toString('latin1'),
    rows: records.length,
    failed: lines.length,
  };
}
