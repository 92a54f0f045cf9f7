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
  /** Memory for its predictions, given away: memory that was used before costs less than fresh pages. @default fresh */
  readonly room?: ArrayBuffer;
}

/** What a block came to. Plain data: it passes between threads. */
export interface Block {
  /** Where its first record begins; undefined where none seems to begin in it. */
  readonly start: number | undefined;
  /** Counted from the block's first record; lines from 0, as those of `errors`. */
  readonly at: Position;
  readonly predictions: Uint8Array<ArrayBuffer>;
  readonly errors: Uint8Array<ArrayBuffer>;
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

/** Bytes that are looked at for the first record: few, which nearly always do, and then many. */
const GUESS_BYTES = [16 * 1024, 2 * 1024 * 1024];

/** Beyond the bound the last record goes on; most end within so many bytes. */
const BEYOND_BYTES = 64 * 1024;

/** Scores a block into memory. */
export async function scoreBlock(
  parts: BlockParts,
  { from, isGuess, bound, room }: BlockTask,
): Promise<Block> {
  const { task, input, tallied } = parts;
  const start = isGuess ? await guess(parts, from, bound) : from;
  const at: Position = {
    ...{ offset: start ?? from, lines: LINES_BEFORE, read: 0, failed: 0, failedFirst: 0, reasons: [] },
  };
  const likelyBytes = 1.5 * Math.max(0, Math.min(bound, input.size) - from);
  const predictions = new Gathered(room ?? new ArrayBuffer(likelyBytes));
  const errors = new Gathered(new ArrayBuffer(0));
  const tally = tallied === undefined ? undefined : createTally(tallied);
  const toBlock = (end: Position): Block => ({
    ...{ start, at: end, predictions: predictions.bytes, errors: errors.bytes, tally: tally?.result() },
  });
  if (start === undefined) return toBlock(at);
  const end = await scoreRange(
    read(parts, start, bound),
    { ...task, from: at, bound, observer: tally },
    {
      async write(rows, failed) {
        predictions.add(rows);
        errors.add(failed);
      },
    },
  );
  return toBlock(end.at);
}

/** Bytes that are put one behind the other. */
class Gathered {
  #buffer: ArrayBuffer;
  #length = 0;

  constructor(room: ArrayBuffer) {
    this.#buffer = room;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer, 0, this.#length);
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.byteLength) this.#buffer = this.#buffer.transfer(2 * length);
    new Uint8Array(this.#buffer).set(bytes, this.#length);
    this.#length = length;
  }
}

async function guess(parts: BlockParts, from: number, to: number): Promise<number | undefined> {
  const { header } = parts.task;
  for (const bytes of GUESS_BYTES) {
    const end = Math.min(parts.input.size, from + bytes);
    const seen = await readWhole(parts, from - 1, end);
    const place = guessStart(header, seen, to - from + 1, end === parts.input.size);
    if (place !== undefined) return from - 1 + place;
  }
  return undefined;
}

async function readWhole({ storage, input }: BlockParts, start: number, end: number): Promise<Buffer> {
  const { uri, generation, signal } = input;
  const chunks: Uint8Array[] = [];
  for await (const chunk of storage.read(uri, { generation, start, end, signal })) chunks.push(chunk);
  return Buffer.concat(chunks);
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
