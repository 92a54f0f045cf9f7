import type { RangeObserver } from './range-output.ts';

/** Sees a file being scored. Calls come in the order of the rows, and must be quick. */
export interface ScoreObserver extends RangeObserver {
  /** So many more bytes of the file, as it is stored, were taken. */
  bytes(count: number): void;
}

/** Tells an observer of bytes as they are taken. */
export async function* watchBytes(
  source: AsyncIterable<Uint8Array>,
  observer: ScoreObserver | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    yield chunk;
    observer?.bytes(chunk.length);
  }
}
