import { type CsvReader, type CsvRecord, createCsvReader } from '../decode/csv/reader.ts';
import { type CsvRows, createCsvRows, ERRORS_HEADER, toErrorLine, toMessage } from '../encode/csv.ts';
import { type RowFailure, ScorerError } from '../errors.ts';
import { type CsvPlan, encodeRecords, planCsv } from '../features/csv.ts';
import type { Model } from '../model/model.ts';
import { scoreRows } from '../score.ts';

/** Takes bytes of an output; resolves when there is room for more. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

/** Why a row failed, as a job tells it. */
export interface Reason {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** What scoring a document came to; `read` = `scored` + `failed`. */
export interface CsvTotals {
  readonly read: number;
  readonly scored: number;
  readonly failed: number;
}

/** Bytes whose rows are in memory at once. */
const PIECE_BYTES = 64 * 1024;

/** A document whose first rows all fail is plainly the wrong one. */
const JUDGED_ROWS = 1000;

/** A failed document tells so many of its rows' reasons. */
const MAX_REASONS = 20;

/**
 * Scores a CSV document as it streams by, in memory that does not grow with it.
 *
 * @param source the document's bytes, in any pieces
 * @param predictions takes the input's rows with their predictions, in order
 * @param errors takes the rows that failed, as `errors.csv`
 * @throws ScorerError, not retryable, when the document as a whole cannot be scored: its header, its
 * encoding, or its first 1,000 rows (`TOO_MANY_FAILED_ROWS`, whose detail holds the first reasons)
 */
export async function scoreCsv(
  source: AsyncIterable<Uint8Array>,
  model: Model,
  predictions: Sink,
  errors: Sink,
): Promise<CsvTotals> {
  const reader = createCsvReader();
  const state: Progress = {
    model,
    predictions,
    errors,
    plan: undefined,
    rows: undefined,
    read: 0,
    failed: 0,
    firstScored: Infinity,
    reasons: [],
  };
  await errors(Buffer.from(ERRORS_HEADER));
  for await (const chunk of source) {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      await scorePiece(state, reader, reader.push(chunk.subarray(start, start + PIECE_BYTES)));
    }
  }
  await scorePiece(state, reader, reader.end());
  return { read: state.read, scored: state.read - state.failed, failed: state.failed };
}

interface Progress {
  readonly model: Model;
  readonly predictions: Sink;
  readonly errors: Sink;
  plan: CsvPlan | undefined;
  rows: CsvRows | undefined;
  read: number;
  failed: number;
  /** Place of the first row that could be scored. */
  firstScored: number;
  readonly reasons: Reason[];
}

async function scorePiece(state: Progress, reader: CsvReader, records: readonly CsvRecord[]): Promise<void> {
  const { header } = reader;
  if (header === undefined) return;
  if (state.plan === undefined || state.rows === undefined) {
    state.plan = planCsv(state.model.schema, header.names);
    state.rows = createCsvRows(header, state.model.output, false);
    await state.predictions(state.rows.header);
  }
  if (records.length === 0) return;
  const scored = await scoreRows(state.model, encodeRecords(state.plan, records));
  const { rows } = state;
  const rawOf = (row: number): Uint8Array => records[row]?.raw ?? Buffer.alloc(0);
  if (scored.rows.length > 0) {
    await state.predictions(
      Buffer.concat(scored.rows.map((row, index) => rows.scored(rawOf(row), scored.predictions, index))),
    );
  }
  const lines = scored.failures.map((failure) => {
    const record = records[failure.row];
    noteReason(state, record?.line ?? 0, failure);
    return toErrorLine(record?.line ?? 0, failure, rawOf(failure.row));
  });
  state.firstScored = Math.min(state.firstScored, state.read + (scored.rows[0] ?? Infinity));
  state.read += records.length;
  state.failed += lines.length;
  judge(state);
  if (lines.length > 0) await state.errors(Buffer.concat(lines));
}

function noteReason(state: Progress, line: number, failure: RowFailure): void {
  if (state.reasons.length >= MAX_REASONS) return;
  state.reasons.push({ line, code: failure.problems[0].code, message: toMessage(failure) });
}

function judge({ read, firstScored, reasons }: Progress): void {
  if (read < JUDGED_ROWS || firstScored < JUDGED_ROWS) return;
  throw new ScorerError(
    `The first ${JUDGED_ROWS} rows of the CSV all fail: it is not a file for this model.`,
    {
      code: 'TOO_MANY_FAILED_ROWS',
      detail: { reasons },
    },
  );
}
