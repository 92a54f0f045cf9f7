import type { CsvHeader } from '../decode/csv/header.ts';
import { RowScanner } from '../decode/csv/row-scanner.ts';
import type { CsvPlan } from '../features/csv.ts';
import { FrameWriter } from '../features/frame-writer.ts';
import type { Model } from '../model/model.ts';
import { type PredictedFrame, predictFrame } from '../model/predict.ts';
import { noPredictions } from '../model/predictions.ts';
import {
  type OutputOptions,
  type Position,
  type RangeObserver,
  RangeOutput,
  type RangeSink,
  SLOTS_BYTES,
} from './range-output.ts';
import { giveMapper, takeMapper } from './spare-mappers.ts';

/** What to score of a document. */
export interface RangeTask {
  readonly model: Model;
  readonly header: CsvHeader;
  readonly plan: CsvPlan;
  /** Where the source begins: at a record. */
  readonly from: Position;
  /** No record that begins here or later is scored. @default none */
  readonly bound?: number;
  /** Asked between batches: true to stop after what is done. */
  readonly isLate?: () => boolean;
  /** Takes the bytes of the records that were read, in order. */
  readonly checksum?: { update(bytes: Uint8Array): void };
  readonly observer?: RangeObserver | undefined;
  /** As {@link OutputOptions.inPlace}. */
  readonly inPlace?: OutputOptions['inPlace'];
  /** Looks at the rows so far after each batch, and throws to stop. */
  readonly judge?: (at: Position) => void;
  /** Bytes to gather before they are looked at. @default 262144 */
  readonly fillBytes?: number;
  /** Bytes of output to gather before they are handed on. @default 1048576 */
  readonly flushBytes?: number;
  /** Rows of a batch at most. @default as many as the model gains by */
  readonly batchRows?: number;
}

/** How far a range was scored. */
export interface RangeEnd {
  readonly at: Position;
  /** True when the source has no more records. */
  readonly isLast: boolean;
}

const FILL_BYTES = 256 * 1024;
/** Of a batch, so many bytes of records at most, and one record more. */
const BATCH_BYTES = 512 * 1024;
/** Numbers a batch of features may hold: 4 MiB of them. */
const BATCH_NUMBERS = 1024 * 1024;
/** What is at hand of the input: more than the largest record and what is gathered. */
const INPUT_BYTES = 3 * 1024 * 1024;
/**
 * Scores the records of a document from one of them on, in memory that does not grow with it: bytes in, bytes out.
 * What comes out depends on the bytes alone, not on how they are cut.
 *
 * @throws what the source, the sink, the judge or the model throws; nothing is under way any more then
 */
export async function scoreRange(
  source: AsyncIterable<Uint8Array>,
  task: RangeTask,
  sink: RangeSink,
): Promise<RangeEnd> {
  const range = new Range(task, sink);
  try {
    for await (const chunk of source) {
      await range.push(chunk);
      if (range.isStopped) break;
    }
    if (!range.isStopped) await range.finish();
    await range.flush();
    return { at: range.position(), isLast: !range.isStopped };
  } finally {
    await range.settle();
  }
}

class Range {
  /** True when the bound is reached, or it is late. */
  isStopped = false;
  readonly #task: RangeTask;
  readonly #scanner: RowScanner<FrameWriter>;
  readonly #frame: FrameWriter;
  readonly #output: RangeOutput;
  readonly #maxRows: number;
  readonly #fillBytes: number;
  /** The input, and behind it the output: rows are moved within one buffer. */
  readonly #mapper = takeMapper(INPUT_BYTES + SLOTS_BYTES);
  readonly #bytes = this.#mapper.bytes;
  /** The input that is at hand: from the next record to one past the last byte. */
  #from = 0;
  #limit = 0;
  /** Offset in the document of the first byte of the buffer. */
  #origin: number;
  /** Line ends before the next record. */
  #lines: number;
  /** Bytes to have at hand before they are looked at. */
  #wanted: number;

  constructor(task: RangeTask, sink: RangeSink) {
    const { model, plan, header, from, fillBytes = FILL_BYTES } = task;
    this.#task = task;
    const width = Math.max(1, model.schema.featureNames.length);
    const gained = model.runRows * model.parallelRuns;
    this.#maxRows = task.batchRows ?? Math.max(2, Math.min(gained, Math.floor(BATCH_NUMBERS / width)));
    this.#scanner = new RowScanner<FrameWriter>(plan, header.dialect, this.#maxRows, this.#mapper);
    this.#scanner.line = from.lines;
    this.#frame = new FrameWriter(model.schema.inputs, this.#maxRows);
    this.#output = new RangeOutput(this.#bytes, INPUT_BYTES, header.dialect, from, sink, task);
    this.#origin = from.offset;
    this.#lines = from.lines;
    this.#fillBytes = fillBytes;
    this.#wanted = fillBytes;
  }

  position(): Position {
    return { offset: this.#origin + this.#from, lines: this.#lines, ...this.#output.counts() };
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let start = 0; start < chunk.length && !this.isStopped; ) {
      const room = Math.min(chunk.length - start, INPUT_BYTES - this.#limit);
      this.#bytes.set(chunk.subarray(start, start + room), this.#limit);
      this.#limit += room;
      start += room;
      if (this.#limit - this.#from < this.#wanted && this.#limit < INPUT_BYTES) continue;
      await this.#scoreAll(false);
      this.#moveToFront();
    }
  }

  /** Takes the end of the source. */
  async finish(): Promise<void> {
    await this.#scoreAll(true);
  }

  async flush(): Promise<void> {
    await this.#output.flush(this.position());
    await this.#output.written();
  }

  /** Resolves when nothing is under way, whatever became of it; the range is of no use then. */
  async settle(): Promise<void> {
    await this.#output.written().catch(() => undefined);
    giveMapper(this.#mapper);
  }

  async #scoreAll(final: boolean): Promise<void> {
    const { model, bound = Number.POSITIVE_INFINITY, isLate, checksum, judge } = this.#task;
    const scanner = this.#scanner;
    for (;;) {
      const boundIndex = bound - this.#origin;
      const from = this.#from;
      const window = {
        from,
        limit: this.#limit,
        final,
        stop: Math.min(boundIndex, from + BATCH_BYTES),
        maxRows: this.#maxRows,
      };
      const end = scanner.scan(this.#bytes, window, this.#frame);
      const predicted = scanner.rows === 0 ? nothing(model) : await this.#predict();
      await this.#output.add(scanner, predicted, this.position());
      checksum?.update(this.#bytes.subarray(from, scanner.next));
      this.#from = scanner.next;
      this.#lines = scanner.line;
      judge?.(this.position());
      if (this.#output.isFull) await this.#output.flush(this.position());
      const isPaused = scanner.next > from && isLate?.() === true;
      this.isStopped = !scanner.isSkipping && (this.#from >= boundIndex || isPaused);
      if (this.isStopped || end === 'more') return;
    }
  }

  async #predict(): Promise<PredictedFrame> {
    const { rows } = this.#scanner;
    const predicted = await predictFrame(this.#task.model, this.#frame.frame(rows));
    this.#frame.clear(rows);
    return predicted;
  }

  #moveToFront(): void {
    const left = this.#limit - this.#from;
    if (this.#from > 0) {
      this.#bytes.copyWithin(0, this.#from, this.#limit);
      this.#scanner.moved(this.#from);
    }
    this.#origin += this.#from;
    this.#from = 0;
    this.#limit = left;
    // a record that is not all there is looked at again when twice as much is there
    this.#wanted = Math.max(this.#fillBytes, 2 * left);
  }
}

function nothing(model: Model): PredictedFrame {
  return { predictions: noPredictions(model.output), refused: [] };
}
