import type { Storage } from '../ports/storage.ts';
import type { Position } from './range-output.ts';
import { type RangeTask, scoreRange } from './score-range.ts';
import type { RowsInput } from './score-rows.ts';
import { guessStart } from './shell/guess-start.ts';
import { createTally, type Tally } from './tally.ts';

/** A range of an input's bytes, most of which one worker scores while others score the next. */
export interface BlockTask {
  /** Where its first record begins or, for a guess, where to look for it from. */
  readonly from: number;
  readonly isGuess: boolean;
  /** No record that begins here or later is scored. */
  readonly bound: number;
}

/** What a block came to. Plain data: it passes between threads. */
export interface Block {
  /** Where its first record begins; undefined where none seems to begin in it. */
  readonly start: number | undefined;
  /** Counted from the block's first record; lines from 0, as those of `errors`. */
  readonly at: Position;
  readonly predictions: readonly Uint8Array[];
  readonly errors: readonly Uint8Array[];
  readonly tally: Tally | undefined;
}

/** What a block is scored with. */
export interface BlockParts {
  readonly storage: Storage;
  readonly task: Pick<RangeTask, 'model' | 'header' | 'plan'>;
  readonly input: RowsInput;
  /** The file's name, to count what comes of it; undefined to count nothing. */
  readonly tallied: string | undefined;
}

/** Lines of a block are counted from 0, where those of a document are counted from 1. */
export const LINES_BEFORE = -1;

/** Bytes that are looked at for the first record. */
const GUESS_BYTES = 2 * 1024 * 1024;

/** Beyond the bound the last record goes on; most end within so many bytes. */
const BEYOND_BYTES = 64 * 1024;

/** Scores a block into memory. */
export async function scoreBlock(parts: BlockParts, { from, isGuess, bound }: BlockTask): Promise<Block> {
  const { task, tallied } = parts;
  const start = isGuess ? await guess(parts, from, bound) : from;
  const at: Position = {
    ...{ offset: start ?? from, lines: LINES_BEFORE, read: 0, failed: 0, failedFirst: 0, reasons: [] },
  };
  const [predictions, errors]: [Uint8Array[], Uint8Array[]] = [[], []];
  const tally = tallied === undefined ? undefined : createTally(tallied);
  if (start === undefined) return { start, at, predictions, errors, tally: tally?.result() };
  const end = await scoreRange(
    read(parts, start, bound),
    { ...task, from: at, bound, observer: tally },
    {
      async write(rows, failed) {
        if (rows.length > 0) predictions.push(new Uint8Array(rows)); // in memory of their own
        if (failed.length > 0) errors.push(new Uint8Array(failed));
      },
    },
  );
  return { start, at: end.at, predictions, errors, tally: tally?.result() };
}

async function guess(
  { storage, task, input }: BlockParts,
  from: number,
  to: number,
): Promise<number | undefined> {
  const { uri, generation, size, signal } = input;
  const end = Math.min(size, from + GUESS_BYTES);
  const chunks: Uint8Array[] = [];
  for await (const chunk of storage.read(uri, { generation, start: from - 1, end, signal }))
    chunks.push(chunk);
  const place = guessStart(task.header, Buffer.concat(chunks), to - from + 1, end === size);
  return place === undefined ? undefined : from - 1 + place;
}

async function* read(
  { storage, input }: BlockParts,
  start: number,
  bound: number,
): AsyncGenerator<Uint8Array> {
  const { uri, generation, size, signal } = input;
  const middle = Math.min(size, bound + BEYOND_BYTES);
  const pinned = { generation, signal, transient: true };
  if (start < middle) yield* storage.read(uri, { ...pinned, start, end: middle });
  if (middle < size) yield* storage.read(uri, { ...pinned, start: middle, end: size });
}
