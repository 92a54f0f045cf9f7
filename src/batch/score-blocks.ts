import type { Storage } from '../ports/storage.ts';
import { MAX_REASONS, type Reason } from './judge.ts';
import type { Position, RangeSink } from './range-output.ts';
import { type Block, type BlockTask, LINES_BEFORE } from './score-block.ts';
import { type RangeTask, scoreRange } from './score-range.ts';
import type { RowsInput } from './score-rows.ts';
import { raiseLines } from './shell/error-lines.ts';
import type { Tally } from './tally.ts';

/** Scores blocks, one at a time. */
export interface BlockWorker {
  score(task: BlockTask): Promise<Block>;
}

/** How blocks are scored side by side. */
export interface BlocksOptions {
  readonly storage: Storage;
  readonly workers: readonly BlockWorker[];
  /** Bytes of a block. */
  readonly blockBytes: number;
  /** Rows that are scored in this thread first: they tell whether the file is plainly the wrong one. */
  readonly firstRows: number;
  readonly onBlock: (block: {
    readonly bytes: number;
    readonly rows: number;
    readonly failed: number;
  }) => void;
  readonly onTally: (tally: Tally) => void;
}

/** Blocks that may wait for their turn, a worker. */
const AHEAD = 2;

/**
 * Scores the rows of an input in blocks, side by side, and puts them out in order. A block begins at a guess of where
 * its first record begins; where the one before ends elsewhere, it is scored once more from there. So the outcome is that
 * of one pass, byte by byte.
 *
 * @throws what a worker, the sink or the judge throws
 */
export async function scoreInBlocks(
  task: RangeTask,
  input: RowsInput,
  sink: RangeSink,
  options: BlocksOptions,
): Promise<Position> {
  let at = await scoreFirst(task, input, sink, options);
  const queue = new BlockQueue(at.offset, input.size, options);
  for (let block = queue.begin(); block !== undefined; block = queue.begin()) {
    input.signal.throwIfAborted();
    if (at.offset >= block.bound) continue; // the last record went on beyond it
    let scored = await block.scored;
    if (scored.start !== at.offset) {
      scored = await queue.again({ from: at.offset, isGuess: false, bound: block.bound });
    }
    const before = at;
    at = follow(at, scored);
    await writeBlock(sink, scored, before, at);
    const { read: rows, failed } = scored.at;
    options.onBlock({ bytes: at.offset - before.offset, rows, failed });
    if (scored.tally !== undefined) options.onTally(scored.tally);
    task.judge?.(at);
  }
  return at;
}

/** Scores in this thread until the judge has enough. */
async function scoreFirst(
  task: RangeTask,
  { uri, generation, signal }: RowsInput,
  sink: RangeSink,
  { storage, firstRows, onBlock }: BlocksOptions,
): Promise<Position> {
  const { from } = task;
  if (firstRows === 0) return from;
  let read = 0;
  const { at } = await scoreRange(
    storage.read(uri, { generation, start: from.offset, signal, transient: true }),
    {
      ...task,
      isLate: () => read >= firstRows,
      judge(now) {
        read = now.read;
        task.judge?.(now);
      },
    },
    sink,
  );
  onBlock({ bytes: at.offset - from.offset, rows: at.read - from.read, failed: at.failed - from.failed });
  return at;
}

async function writeBlock(sink: RangeSink, block: Block, before: Position, at: Position): Promise<void> {
  const errors: Uint8Array[] = [];
  for await (const bytes of raiseLines(toStream(block.errors), before.lines - LINES_BEFORE))
    errors.push(bytes);
  await sink.write(Buffer.concat(block.predictions), Buffer.concat(errors), at);
}

async function* toStream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Where the document stands after a block. */
function follow(before: Position, { at }: Block): Position {
  const lines = at.lines - LINES_BEFORE;
  const reasons: readonly Reason[] = [
    ...before.reasons,
    ...at.reasons.map((reason) => ({ ...reason, line: reason.line + before.lines - LINES_BEFORE })),
  ];
  return {
    offset: at.offset,
    lines: before.lines + lines,
    read: before.read + at.read,
    failed: before.failed + at.failed,
    failedFirst: before.failedFirst,
    reasons: reasons.slice(0, MAX_REASONS),
  };
}

interface BegunBlock {
  readonly bound: number;
  readonly scored: Promise<Block>;
}

/** Gives blocks to workers a few ahead of the one whose turn it is. */
class BlockQueue {
  readonly #start: number;
  readonly #count: number;
  readonly #options: BlocksOptions;
  /** When each worker is free. */
  readonly #free: Promise<unknown>[];
  readonly #begun: BegunBlock[] = [];
  #next = 0;

  constructor(start: number, size: number, options: BlocksOptions) {
    this.#start = start;
    this.#count = Math.ceil(Math.max(0, size - start) / options.blockBytes);
    this.#options = options;
    this.#free = options.workers.map(() => Promise.resolve());
  }

  /** The next block in order; undefined after the last. */
  begin(): BegunBlock | undefined {
    while (this.#next < this.#count && this.#begun.length < this.#free.length * AHEAD) this.#give();
    return this.#begun.shift();
  }

  /** Scores a block whose guess was wrong. */
  again(task: BlockTask): Promise<Block> {
    return this.#run(0, task);
  }

  #give(): void {
    const { blockBytes } = this.#options;
    const index = this.#next;
    this.#next += 1;
    const from = this.#start + index * blockBytes;
    const bound = index === this.#count - 1 ? Number.POSITIVE_INFINITY : from + blockBytes;
    const scored = this.#run(index % this.#free.length, { from, isGuess: index > 0, bound });
    this.#begun.push({ bound, scored });
  }

  #run(worker: number, task: BlockTask): Promise<Block> {
    const scored = (this.#free[worker] ?? Promise.resolve()).then(() => {
      const each = this.#options.workers[worker];
      if (each === undefined) throw new RangeError('There is no such worker.');
      return each.score(task);
    });
    this.#free[worker] = scored.catch(() => undefined); // thrown where its turn comes
    return scored;
  }
}
