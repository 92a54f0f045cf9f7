import { type CsvHead, readHead } from '../decode/csv/header.ts';
import { createCsvRows, ERRORS_HEADER } from '../encode/csv.ts';
import { planCsv } from '../features/csv.ts';
import type { CsvSettings } from '../features/csv-settings.ts';
import type { Model } from '../model/model.ts';
import { type ErrorLimit, judgeRows } from './judge.ts';
import { toPlainBytes } from './plain-bytes.ts';
import type { Position, RangeObserver, RangeSink } from './range-output.ts';
import { type RangeTask, scoreRange } from './score-range.ts';

/** Takes bytes of an output; they are of use until the promise resolves. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

/** What scoring a document came to; `read` = `scored` + `failed`. */
export interface CsvTotals {
  readonly read: number;
  readonly scored: number;
  readonly failed: number;
}

/** How to score a document. */
export interface CsvOptions {
  readonly errorLimit?: ErrorLimit;
  readonly observer?: RangeObserver | undefined;
  /** As {@link RangeTask.fillBytes} and {@link RangeTask.batchRows}: how the work is cut never shows in the output. */
  readonly fillBytes?: number;
  readonly batchRows?: number;
}

/** A document whose header was read, and what is left of it. */
export interface OpenedCsv {
  readonly head: CsvHead;
  /** The bytes after the header. */
  readonly rest: AsyncIterable<Uint8Array>;
  /** Lets go of the source, whether the rest was read or not. */
  close(): Promise<void>;
}

/**
 * Reads the header of a document.
 *
 * @param source the document's bytes, in any pieces
 * @throws ScorerError as `readHead` does; what the source throws
 */
export async function openCsv(
  source: AsyncIterable<Uint8Array>,
  { delimiter }: Pick<CsvSettings, 'delimiter'>,
): Promise<OpenedCsv> {
  const iterator = source[Symbol.asyncIterator]();
  let window = Buffer.alloc(0);
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      const isEnd = done === true;
      if (!isEnd) window = Buffer.concat([window, value]);
      const head = readHead(window, isEnd, delimiter);
      if (head === undefined) continue;
      return {
        head,
        rest: follow(window.subarray(head.end), iterator),
        async close() {
          await iterator.return?.();
        },
      };
    }
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
}

async function* follow(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true) return;
    yield value;
  }
}

/** Where the first record of a document stands. */
export function toFirstPosition({ end, lines }: CsvHead): Position {
  return { offset: end, lines, read: 0, failed: 0, failedFirst: 0, reasons: [] };
}

/** What scores the records under a header with a model. @throws ScorerError as `planCsv` does */
export function toRangeTask({ header }: CsvHead, model: Model): Pick<RangeTask, 'model' | 'header' | 'plan'> {
  return { model, header, plan: planCsv(model.schema, header.names) };
}

/**
 * Scores a CSV document as it streams by, in memory that does not grow with it.
 *
 * @param source the document's bytes, in any pieces; compressed with gzip or not
 * @param predictions takes the input's rows with their predictions, in order
 * @param errors takes the rows that failed, as `errors.csv`
 * @throws ScorerError, not retryable, when the document as a whole cannot be scored: its header, its
 * encoding, or too many rows that fail (`TOO_MANY_FAILED_ROWS`, whose detail holds the first reasons)
 */
export async function scoreCsv(
  source: AsyncIterable<Uint8Array>,
  model: Model,
  predictions: Sink,
  errors: Sink,
  options: CsvOptions = {},
): Promise<CsvTotals> {
  const opened = await openCsv(toPlainBytes(source), model.schema.csv);
  try {
    return await scoreOpened(opened, model, predictions, errors, options);
  } finally {
    await opened.close();
  }
}

async function scoreOpened(
  { head, rest }: OpenedCsv,
  model: Model,
  predictions: Sink,
  errors: Sink,
  { errorLimit = {}, ...options }: CsvOptions,
): Promise<CsvTotals> {
  const sink: RangeSink = {
    async write(rows, failed) {
      if (rows.length > 0) await predictions(rows);
      if (failed.length > 0) await errors(failed);
    },
  };
  const task = toRangeTask(head, model);
  await predictions(createCsvRows(head.header, model.output, false).header);
  await errors(Buffer.from(ERRORS_HEADER));
  const from = toFirstPosition(head);
  const judge = (at: Position): void => judgeRows(errorLimit, at, false);
  const { at } = await scoreRange(rest, { ...task, ...options, from, judge }, sink);
  judgeRows(errorLimit, at, true);
  return { read: at.read, scored: at.read - at.failed, failed: at.failed };
}
