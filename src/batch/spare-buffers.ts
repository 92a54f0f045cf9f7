/** Buffers that are kept for the next range: as many as are scored side by side in most processes. */
const MAX_SPARE = 2;

const spare: Buffer[] = [];

/** A buffer of this size, whatever it holds: one that was given back, or a new one. */
export function takeBuffer(bytes: number): Buffer {
  const found = spare.findIndex(({ length }) => length === bytes);
  const [buffer] = found < 0 ? [] : spare.splice(found, 1);
  return buffer ?? Buffer.from(new ArrayBuffer(bytes));
}

/** Gives a buffer back. Nothing may refer to it any more. */
export function giveBuffer(buffer: Buffer): void {
  if (spare.length < MAX_SPARE) spare.push(buffer);
}
