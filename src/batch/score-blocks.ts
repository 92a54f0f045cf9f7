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

/** Blocks that are begun or wait for their turn, a worker: one that is slow for a while doesn't stop the others. */
const AHEAD = 3;

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
  try {
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
      queue.takeBack(scored.predictions.buffer);
      const { read: rows, failed } = scored.at;
      options.onBlock({ bytes: at.offset - before.offset, rows, failed });
      if (scored.tally !== undefined) options.onTally(scored.tally);
      task.judge?.(at);
    }
  } finally {
    queue.stop();
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
  await sink.write(block.predictions, Buffer.concat(errors), at);
}

async function* toStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
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

/** A block that no worker has yet. */
interface WaitingBlock {
  readonly task: BlockTask;
  readonly resolve: (block: Promise<Block>) => void;
}

/** Gives blocks to whichever worker is free, a few ahead of the one whose turn it is. */
class BlockQueue {
  readonly #start: number;
  readonly #count: number;
  readonly #options: BlocksOptions;
  readonly #idle: BlockWorker[];
  readonly #begun: BegunBlock[] = [];
  readonly #waiting: WaitingBlock[] = [];
  readonly #rooms: ArrayBuffer[] = [];
  #next = 0;

  constructor(start: number, size: number, options: BlocksOptions) {
    this.#start = start;
    this.#count = Math.ceil(Math.max(0, size - start) / options.blockBytes);
    this.#options = options;
    this.#idle = [...options.workers];
  }

  /** The next block in order; undefined after the last. */
  begin(): BegunBlock | undefined {
    const ahead = this.#options.workers.length * AHEAD;
    while (this.#next < this.#count && this.#begun.length < ahead) this.#give();
    return this.#begun.shift();
  }

  /** Scores a block whose guess was wrong, before all that wait. */
  again(task: BlockTask): Promise<Block> {
    return new Promise((resolve) => {
      this.#waiting.unshift({ task, resolve });
      this.#startNext();
    });
  }

  /** Takes memory that is of no use any more, for the predictions of another block. */
  takeBack(room: ArrayBuffer): void {
    if (room.byteLength > 0) this.#rooms.push(room);
  }

  /** Nothing that waits is begun any more. */
  stop(): void {
    this.#waiting.length = 0;
  }

  #give(): void {
    const { blockBytes } = this.#options;
    const index = this.#next;
    this.#next += 1;
    const from = this.#start + index * blockBytes;
    const bound = index === this.#count - 1 ? Number.POSITIVE_INFINITY : from + blockBytes;
    const scored = new Promise<Block>((resolve) => {
      this.#waiting.push({ task: { from, isGuess: index > 0, bound }, resolve });
    });
    scored.catch(() => undefined); // thrown where its turn comes
    this.#begun.push({ bound, scored });
    this.#startNext();
  }

  #startNext(): void {
    const worker = this.#waiting.length === 0 ? undefined : this.#idle.pop();
    const block = worker && this.#waiting.shift();
    if (worker === undefined || block === undefined) return;
    const room = this.#rooms.pop();
    const scored = worker.score(room === undefined ? block.task : { ...block.task, room });
    block.resolve(scored);
    const free = (): void => {
      this.#idle.push(worker);
      this.#startNext();
    };
    scored.then(free, free);
  }
}
