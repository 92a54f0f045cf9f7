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
