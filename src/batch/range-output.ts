import type { CsvDialect } from '../decode/csv/dialect.ts';
import type { FailedRecord } from '../decode/csv/row-scanner.ts';
import { type CsvRows, toErrorLine, toMessage } from '../encode/csv.ts';
import { type CsvTail, createCsvTail } from '../encode/csv-tail.ts';
import type { RowFailure } from '../errors.ts';
import type { PredictedFrame } from '../model/predict.ts';
import type { Predictions } from '../model/predictions.ts';
import { JUDGED_ROWS, MAX_REASONS, type Reason } from './judge.ts';
import { joinRefused } from './refused-records.ts';

/** A place between two records of a document, and what came before it. */
export interface Position {
  /** Bytes of the document before it. */
  readonly offset: number;
  /** Line ends before it. */
  readonly lines: number;
  /** Rows before it. */
  readonly read: number;
  readonly failed: number;
  /** Of the first 1,000 rows. */
  readonly failedFirst: number;
  readonly reasons: readonly Reason[];
}

/** Takes what rows became. */
export interface RangeSink {
  /**
   * Takes the output of the rows up to a place, in order.
   *
   * @param predictions of use until the promise resolves
   * @param errors lines of `errors.csv`, without its header
   */
  write(predictions: Uint8Array, errors: Uint8Array, at: Position): Promise<void>;
}

/** Hears of what is scored, batch by batch. */
export interface RangeObserver {
  /** Rows that have a prediction; of use during the call. */
  scored(predictions: Predictions): void;
  /** A row that has none. @param line the physical line on which it begins, from 1 */
  failed(line: number, failure: RowFailure): void;
}

/** Rows of a scan, by their places in the bytes. */
export interface ScannedRows {
  readonly rows: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly lines: Float64Array;
  readonly failed: readonly FailedRecord[];
}

/** More than a batch and what makes a slot full. */
const SLOT_BYTES = 4 * 1024 * 1024;
const FULL_BYTES = 1024 * 1024;
/** Bytes of the buffer that {@link RangeOutput} fills: one slot is filled while the other is written. */
export const SLOTS_BYTES = 2 * SLOT_BYTES;

/** How output is handed on. */
export interface OutputOptions {
  readonly observer?: RangeObserver | undefined;
  /** Bytes to gather before they are handed on. */
  readonly flushBytes?: number;
  /** Writes rows that failed in their place among the others, instead of lines of `errors.csv`. */
  readonly inPlace?: Pick<CsvRows, 'failed'> | undefined;
}

/** Puts rows and their predictions together, and hands them on, a slot at a time. */
export class RangeOutput {
  readonly #bytes: Buffer;
  readonly #slotsStart: number;
  readonly #tail: CsvTail;
  readonly #sink: RangeSink;
  readonly #observer: RangeObserver | undefined;
  readonly #fullBytes: number;
  readonly #inPlace: OutputOptions['inPlace'];
  #slot = 0;
  /** What is filled: a slot of the buffer, or a buffer of its own. */
  #target: Buffer;
  #begin: number;
  #length = 0;
  #errors: Uint8Array[] = [];
  #errorBytes = 0;
  #write: Promise<void> = Promise.resolve();
  #read: number;
  #failed: number;
  #failedFirst: number;
  #reasons: readonly Reason[];

  /**
   * @param bytes holds the rows and, from `slotsStart` on, room for the slots
   * @param from what came before
   */
  constructor(
    bytes: Buffer,
    slotsStart: number,
    dialect: CsvDialect,
    from: Position,
    sink: RangeSink,
    { observer, flushBytes = FULL_BYTES, inPlace }: OutputOptions,
  ) {
    this.#bytes = bytes;
    this.#slotsStart = slotsStart;
    this.#target = bytes;
    this.#begin = slotsStart;
    this.#tail = createCsvTail(dialect, inPlace !== undefined);
    this.#inPlace = inPlace;
    this.#sink = sink;
    this.#observer = observer;
    this.#fullBytes = flushBytes;
    this.#read = from.read;
    this.#failed = from.failed;
    this.#failedFirst = from.failedFirst;
    this.#reasons = from.reasons;
  }

  /** True when there is enough to hand on. */
  get isFull(): boolean {
    return this.#length >= this.#fullBytes || this.#errorBytes >= this.#fullBytes;
  }

  counts(): Omit<Position, 'offset' | 'lines'> {
    return {
      read: this.#read,
      failed: this.#failed,
      failedFirst: this.#failedFirst,
      reasons: this.#reasons,
    };
  }

  /**
   * Adds the rows of a scan.
   *
   * @param before where they begin
   */
  async add(scanned: ScannedRows, { predictions, refused }: PredictedFrame, before: Position): Promise<void> {
    const { rows, starts, ends } = scanned;
    const bad = refused.length === 0 ? scanned.failed : joinRefused(scanned, refused);
    const failed = this.#fail(bad, scanned);
    if (rows > 0 || failed.length > 0) {
      const gone = new Set(refused.map(({ row }) => row));
      const length = rows === 0 ? 0 : (ends[rows - 1] as number) - (starts[0] as number);
      const failedBytes = failed.reduce((sum, line) => sum + line.length, 0);
      const needed = length + rows * this.#tail.room(predictions) + failedBytes;
      if (this.#length + needed > SLOT_BYTES) await this.flush(before);
      if (needed > SLOT_BYTES) {
        // of a model with thousands of outputs
        this.#target = Buffer.alloc(needed);
        this.#begin = 0;
      }
      this.#copy(scanned, predictions, gone, bad, failed);
      if (gone.size < rows) this.#observer?.scored(predictions);
    }
    this.#read += rows + scanned.failed.length;
  }

  /** Hands on what is there, once what was handed on before is written. */
  async flush(at: Position): Promise<void> {
    await this.#write;
    const predictions = this.#target.subarray(this.#begin, this.#begin + this.#length);
    this.#write = this.#sink.write(predictions, Buffer.concat(this.#errors), at);
    this.#write.catch(() => undefined); // thrown where it is waited for
    this.#slot = 1 - this.#slot;
    this.#target = this.#bytes;
    this.#begin = this.#slotsStart + this.#slot * SLOT_BYTES;
    this.#length = 0;
    this.#errors = [];
    this.#errorBytes = 0;
  }

  /** Resolves when all that was handed on is written. */
  async written(): Promise<void> {
    await this.#write;
  }

  /** Copies rows that have a prediction, each followed by it; among them, where that is asked for, those that failed. */
  #copy(
    { rows, starts, ends }: ScannedRows,
    predictions: Predictions,
    gone: ReadonlySet<number>,
    bad: readonly FailedRecord[],
    failed: readonly Uint8Array[],
  ): void {
    const from = this.#bytes;
    const to = this.#target;
    const tail = this.#tail;
    let at = this.#begin + this.#length;
    let scored = 0;
    let next = 0;
    const putFailed = (before: number): void => {
      for (; next < failed.length && (bad[next] as FailedRecord).start < before; next += 1) {
        to.set(failed[next] as Uint8Array, at);
        at += (failed[next] as Uint8Array).length;
      }
    };
    for (let row = 0; row < rows; row += 1) {
      if (gone.size > 0 && gone.has(row)) continue;
      const first = starts[row] as number;
      const last = ends[row] as number;
      if (next < failed.length) putFailed(first);
      if (to === from) from.copyWithin(at, first, last);
      else from.copy(to, at, first, last);
      at = tail.write(to, at + last - first, predictions, scored);
      scored += 1;
    }
    putFailed(Number.POSITIVE_INFINITY);
    this.#length = at - this.#begin;
  }

  /**
   * Tells the rows that failed.
   *
   * @param records all of them, in order
   * @returns their lines, where they stand among the others
   */
  #fail(records: readonly FailedRecord[], { rows, starts, failed }: ScannedRows): readonly Uint8Array[] {
    const inPlace: Uint8Array[] = [];
    let good = 0;
    let bad = 0;
    for (const { line, start, end, problems } of records) {
      while (good < rows && (starts[good] as number) < start) good += 1;
      while (bad < failed.length && (failed[bad]?.start ?? 0) < start) bad += 1;
      const row = this.#read + good + bad;
      const failure: RowFailure = { row, problems };
      const number = line + 1;
      const raw = this.#bytes.subarray(start, end);
      if (this.#inPlace === undefined) {
        const bytes = toErrorLine(number, failure, raw);
        this.#errors.push(bytes);
        this.#errorBytes += bytes.length;
      } else {
        inPlace.push(this.#inPlace.failed(raw, failure));
      }
      this.#observer?.failed(number, failure);
      if (this.#reasons.length < MAX_REASONS) {
        const reason = { line: number, code: problems[0].code, message: toMessage(failure) };
        this.#reasons = [...this.#reasons, reason];
      }
      if (row < JUDGED_ROWS) this.#failedFirst += 1;
    }
    this.#failed += records.length;
    return inPlace;
  }
}
