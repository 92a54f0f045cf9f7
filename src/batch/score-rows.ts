import type { Storage } from '../ports/storage.ts';
import { isGzip, toPlainBytes } from './plain-bytes.ts';
import type { Position, RangeSink } from './range-output.ts';
import { type RangeTask, scoreRange } from './score-range.ts';

/** The bytes of an input, from the beginning of one of its versions. */
export interface RowsInput {
  readonly uri: string;
  readonly generation: string;
  /** As it is stored, in bytes. */
  readonly size: number;
  readonly signal: AbortSignal;
}

/** Scores the rows of an input from `task.from` on, in order; resolves with where it ended. */
export type ScoreRows = (task: RangeTask, input: RowsInput, sink: RangeSink) => Promise<Position>;

/** Scores rows in this thread. @param onBytes hears of the bytes that were taken, as they are stored */
export function createRowScorer(storage: Storage, onBytes: (count: number) => void): ScoreRows {
  return async (task, input, sink) => {
    const { uri, generation, signal } = input;
    const { offset } = task.from;
    const isPacked = await isCompressed(storage, input);
    const start = isPacked ? 0 : offset;
    const stored = storage.read(uri, { generation, start, signal, transient: true });
    const counted = count(stored, onBytes);
    const source = isPacked ? skip(toPlainBytes(counted), offset) : counted;
    return (await scoreRange(source, task, sink)).at;
  };
}

/** True where an input is compressed: offsets then count inflated bytes. */
export async function isCompressed(
  storage: Storage,
  { uri, generation, signal }: RowsInput,
): Promise<boolean> {
  for await (const chunk of storage.read(uri, { generation, start: 0, end: 2, signal })) return isGzip(chunk);
  return false;
}

async function* count(
  source: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    yield chunk;
    onBytes(chunk.length);
  }
}

async function* skip(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of source) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      const rest = left === 0 ? chunk : chunk.subarray(left);
      left = 0;
      yield rest;
    }
  }
}
