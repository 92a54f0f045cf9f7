import type { CsvDialect } from './dialect.ts';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Bytes of a line without its end. */
export function lineLength(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  if (bytes[last - 1] === LF) last -= 1;
  if (last > start && bytes[last - 1] === CR) last -= 1;
  return last - start;
}

/** True for a space and a tab. */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** True where there are only spaces and tabs. */
export function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isSpace(bytes[at])) return false;
  return true;
}

/** Line ends in some bytes, of which none is cut in two. */
export function countLines(bytes: Uint8Array, newline: CsvDialect['newline']): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === LF) count += 1;
    else if (bytes[at] === CR && newline === '\r' && bytes[at + 1] !== LF) count += 1;
  }
  return count;
}
