/** A CRC-32C (Castagnoli, RFC 3720) over bytes that arrive in chunks of any length. */
export interface Crc32c {
  update(bytes: Uint8Array): void;
  /** The checksum of all bytes so far, big-endian in base64, as Cloud Storage gives it. More may follow. */
  digest(): string;
}

const POLYNOMIAL = 0x82f63b78;
const LANES = 16;

let lazyTables: Int32Array | undefined;

/** Table k, entry b: what byte b does to the checksum when k bytes follow it. */
function tables(): Int32Array {
  if (lazyTables !== undefined) return lazyTables;
  const made = new Int32Array(LANES * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) * POLYNOMIAL);
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index += 1) {
    const previous = made[index - 256] as number;
    made[index] = (previous >>> 8) ^ (made[previous & 0xff] as number);
  }
  lazyTables = made;
  return made;
}

/** Starts a CRC-32C; `digest()` of no bytes is that of the empty object, `AAAAAA==`. */
export function createCrc32c(): Crc32c {
  let state = -1;
  return {
    update(bytes) {
      state = advance(tables(), state, bytes);
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(~state >>> 0);
      return out.toString('base64');
    },
  };
}

/**
 * Sixteen bytes a step, written out: a loop over the lanes halves the speed. The indexes are in
 * bounds by construction, hence the casts.
 */
function advance(t: Int32Array, start: number, bytes: Uint8Array): number {
  let crc = start;
  let at = 0;
  const wholeSteps = bytes.length - (bytes.length % LANES);
  for (; at < wholeSteps; at += LANES) {
    crc =
      (t[3840 + (((bytes[at] as number) ^ crc) & 0xff)] as number) ^
      (t[3584 + (((bytes[at + 1] as number) ^ (crc >>> 8)) & 0xff)] as number) ^
      (t[3328 + (((bytes[at + 2] as number) ^ (crc >>> 16)) & 0xff)] as number) ^
      (t[3072 + ((bytes[at + 3] as number) ^ (crc >>> 24))] as number) ^
      (t[2816 + (bytes[at + 4] as number)] as number) ^
      (t[2560 + (bytes[at + 5] as number)] as number) ^
      (t[2304 + (bytes[at + 6] as number)] as number) ^
      (t[2048 + (bytes[at + 7] as number)] as number) ^
      (t[1792 + (bytes[at + 8] as number)] as number) ^
      (t[1536 + (bytes[at + 9] as number)] as number) ^
      (t[1280 + (bytes[at + 10] as number)] as number) ^
      (t[1024 + (bytes[at + 11] as number)] as number) ^
      (t[768 + (bytes[at + 12] as number)] as number) ^
      (t[512 + (bytes[at + 13] as number)] as number) ^
      (t[256 + (bytes[at + 14] as number)] as number) ^
      (t[bytes[at + 15] as number] as number);
  }
  for (; at < bytes.length; at += 1) {
    crc = (crc >>> 8) ^ (t[((bytes[at] as number) ^ crc) & 0xff] as number);
  }
  return crc;
}

/** x^0 as checksums hold polynomials: the highest bit is the lowest power. */
const ONE = 0x80000000 | 0;

/** Lengths are safe integers, so their bits number at most 53, and 3 more make bytes of bits. */
const POWERS = 56;

let lazyPowers: Int32Array | undefined;

/** Entry n: x^(2^n) modulo the polynomial. */
function powers(): Int32Array {
  if (lazyPowers !== undefined) return lazyPowers;
  const made = new Int32Array(POWERS);
  made[0] = ONE >>> 1;
  for (let n = 1; n < POWERS; n += 1) made[n] = multiply(made[n - 1] as number, made[n - 1] as number);
  lazyPowers = made;
  return made;
}

/** The product of two polynomials over GF(2), modulo that of the checksum. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let rest = a; rest !== 0; rest <<= 1) {
    if (rest < 0) product ^= shifted;
    shifted = (shifted >>> 1) ^ ((shifted & 1) * POLYNOMIAL);
  }
  return product;
}

/**
 * The checksum of two byte strings one after the other, from their checksums alone: the first times
 * x^(8 × length of the second), plus the second (as zlib's crc32_combine). Some microseconds, whatever the length.
 *
 * @param lengthB bytes of the second, from 0
 */
export function combineCrc32c(crcA: string, crcB: string, lengthB: number): string {
  let crc = Buffer.from(crcA, 'base64').readInt32BE();
  const table = powers();
  for (let length = lengthB, n = 3; length > 0; length = Math.floor(length / 2), n += 1) {
    if (length % 2 === 1) crc = multiply(table[n] as number, crc);
  }
  const out = Buffer.alloc(4);
  out.writeInt32BE(crc ^ Buffer.from(crcB, 'base64').readInt32BE());
  return out.toString('base64');
}
