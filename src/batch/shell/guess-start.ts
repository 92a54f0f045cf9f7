import type { CsvHeader } from '../../decode/csv/header.ts';
import { RecordSplitter } from '../../decode/csv/record-splitter.ts';

/** A record begins there if so many in a row have the right number of fields. */
const CONFIRMING = 3;

/** Places that are tried. */
const MAX_TRIES = 200;

/**
 * Guesses where the first record begins in the middle of a document: behind the first line end from which on some
 * records have as many fields as the header. Line ends within quotes may deceive it; that is found out later.
 *
 * @param bytes of the document, the first of which is the one before the range
 * @param to one past the range's last byte in `bytes`
 * @param final true when the document ends with `bytes`
 * @returns a place in `bytes`; undefined where no record seems to begin in the range
 */
export function guessStart(
  { dialect, names }: Pick<CsvHeader, 'dialect' | 'names'>,
  bytes: Uint8Array,
  to: number,
  final: boolean,
): number | undefined {
  const splitter = new RecordSplitter(dialect, 0);
  let at = 0;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const next = splitter.lineEnd(bytes, at, bytes.length, false);
    if (next === undefined || next >= to) return undefined;
    if (isRecordStart(splitter, bytes, next, names.length, final)) return next;
    at = next;
  }
  return undefined;
}

function isRecordStart(
  splitter: RecordSplitter,
  bytes: Uint8Array,
  start: number,
  columns: number,
  final: boolean,
): boolean {
  let at = start;
  for (let confirmed = 0; confirmed < CONFIRMING && at < bytes.length; confirmed += 1) {
    const status = splitter.split(bytes, at, bytes.length, final);
    if (status === 'incomplete') return confirmed > 0;
    if (status === 'blank') confirmed -= 1;
    else if (status !== 'record' || splitter.count !== columns) return false;
    at = splitter.next;
  }
  return true;
}
