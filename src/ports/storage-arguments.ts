// What the callers of a storage may ask for: the same wherever the objects are.
import type { ReadOptions } from './storage.ts';

/** https://cloud.google.com/storage/docs/composite-objects */
const MAX_SOURCES = 32;

/** @throws RangeError when the range is none: a mistake of the caller, not of the object */
export function assertRange({ start = 0, end }: ReadOptions): void {
  const isPosition = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (!isPosition(start) || (end !== undefined && (!isPosition(end) || start > end))) {
    throw new RangeError(
      `Bytes are read from start up to end, both whole and from 0: got ${start} to ${end}.`,
    );
  }
}

/** @throws RangeError when so many objects can't be joined at once */
export function assertSourceCount(count: number): void {
  if (count >= 1 && count <= MAX_SOURCES) return;
  throw new RangeError(`1 to ${MAX_SOURCES} objects are joined at once: got ${count}.`);
}
