import type { CsvHeader } from '../../src/decode/csv/header.ts';
import { type CsvRecord, createCsvReader } from '../../src/decode/csv/reader.ts';
import { type CsvRows, createCsvRows } from '../../src/encode/csv.ts';
import { toIdentityText } from '../../src/encode/prediction.ts';
import { type RowFailure, ScorerError } from '../../src/errors.ts';
import { type CsvPlan, encodeRecords, planCsv } from '../../src/features/csv.ts';
import type { Model } from '../../src/model/model.ts';
import { scoreRows } from '../../src/score.ts';
import type { Answer, LocatedFailure } from '../answer.ts';
import { type OnError, toFailure } from './on-error.ts';

const CHUNK_BYTES = 64 * 1024;

/**
 * Scores a CSV body: the same rows come back with their predictions. Under `partial` a column `error` is
 * added, and a bad row keeps its place with empty prediction fields.
 *
 * @throws ScorerError for a header that cannot feed the model
 */
export async function predictCsv(model: Model, body: Uint8Array, onError: OnError): Promise<Answer> {
  const reader = createCsvReader(model.schema.csv);
  const out: Buffer[] = [];
  const failures: LocatedFailure[] = [];
  let document: { readonly plan: CsvPlan; readonly rows: CsvRows } | undefined;
  let count = 0;
  const take = async (records: readonly CsvRecord[]): Promise<void> => {
    if (reader.header === undefined) return;
    document ??= begin(model, reader.header, onError, out);
    const bad = await scoreRecords(model, document.plan, document.rows, records, onError, out);
    failures.push(...bad.map((failure) => ({ ...failure, row: failure.row + count })));
    count += records.length;
  };
  for (let start = 0; start < body.length; start += CHUNK_BYTES) {
    await take(reader.push(body.subarray(start, start + CHUNK_BYTES)));
  }
  await take(reader.end());
  const [first, ...rest] = failures;
  if (first !== undefined && onError === 'fail') return toFailure([first, ...rest], count);
  const headers = { 'X-Model': toIdentityText(model.identity) };
  return { status: 200, contentType: 'text/csv; charset=utf-8', body: Buffer.concat(out), headers };
}

function begin(
  model: Model,
  header: CsvHeader,
  onError: OnError,
  out: Buffer[],
): { readonly plan: CsvPlan; readonly rows: CsvRows } {
  const plan = planCsv(model.schema, header.names);
  const rows = createCsvRows(header, model.output, onError === 'partial');
  out.push(rows.header);
  return { plan, rows };
}

async function scoreRecords(
  model: Model,
  plan: CsvPlan,
  rows: CsvRows,
  records: readonly CsvRecord[],
  onError: OnError,
  out: Buffer[],
): Promise<readonly LocatedFailure[]> {
  if (records.length === 0) return [];
  const encoded = encodeRecords(plan, records);
  const locate = (failures: readonly RowFailure[]): readonly LocatedFailure[] =>
    failures.map((failure) => ({ ...failure, line: records[failure.row]?.line ?? 0 }));
  if (onError === 'fail' && encoded.failures.length > 0) return locate(encoded.failures);
  const scored = await scoreRows(model, encoded);
  if (onError === 'fail' && scored.failures.length > 0) return locate(scored.failures);
  const lines = new Array<Buffer>(records.length);
  scored.rows.forEach((row, index) => {
    lines[row] = rows.scored(rawOf(records, row), scored.predictions, index);
  });
  for (const failure of scored.failures)
    lines[failure.row] = rows.failed(rawOf(records, failure.row), failure);
  out.push(Buffer.concat(lines));
  return locate(scored.failures);
}

function rawOf(records: readonly CsvRecord[], row: number): Uint8Array {
  const record = records[row];
  if (record === undefined) throw new ScorerError('A row has no record.', { code: 'INTERNAL' });
  return record.raw;
}
