// Hot: a number a row and more. Equal to toShortest, without a string.
import { toShortest } from './number.ts';

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Powers of ten that scale a number from 10⁻⁶ to 10⁶ to integers of up to nine digits; all are exact in a double. */
const POWERS = Float64Array.from({ length: 15 }, (_, exponent) => 10 ** exponent);

/** By a float32's exponent bits: decimals that give its smallest number of that exponent six digits. */
const DECIMALS = Uint8Array.from({ length: 256 }, (_, exponent) => {
  let decimals = 0;
  while (decimals < 12 && 2 ** (exponent - 127) * 10 ** decimals < 1e5) decimals += 1;
  return decimals;
});

/** Three digits, each as a byte, for every number below a thousand. */
const DIGITS = Uint8Array.from({ length: 3000 }, (_, at) => {
  const digits = String(Math.floor(at / 3)).padStart(3, '0');
  return digits.charCodeAt(at % 3);
});

/** Bytes that {@link writeShortest} may need. */
export const MAX_NUMBER_BYTES = 25;

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/**
 * Writes what `toShortest` says of a finite number.
 *
 * @returns one past its last byte
 */
export function writeShortest(bytes: Uint8Array, start: number, value: number): number {
  float[0] = value;
  const word = bits[0] as number;
  const size = Math.abs(value);
  // powers of two, and what is written with an exponent, are rare
  if ((word & 0x7fffff) === 0 || !(size >= 1e-6 && size < 1e6)) return writeText(bytes, start, value);
  let decimals = DECIMALS[(word >>> 23) & 0xff] as number;
  // the largest numbers of an exponent may need one less than its smallest
  while (decimals > 0 && size * (POWERS[decimals - 1] as number) >= 1e5) decimals -= 1;
  let scaled = 0;
  for (const last = decimals + 3; ; decimals += 1) {
    const scale = POWERS[decimals] as number;
    scaled = Math.round(size * scale);
    if (decimals === last || Math.fround(scaled / scale) === size) break;
  }
  let at = start;
  if (value < 0) {
    bytes[at] = MINUS;
    at += 1;
  }
  return writeScaled(bytes, at, scaled, decimals);
}

/** Writes `scaled` / 10^`decimals`, less the zeros at its end. @param scaled up to ten digits */
function writeScaled(bytes: Uint8Array, start: number, scaled: number, decimals: number): number {
  const scale = POWERS[decimals] as number;
  const whole = Math.floor(scaled / scale);
  let rest = scaled - whole * scale;
  let at = writeWhole(bytes, start, whole);
  if (rest === 0) return at;
  bytes[at] = POINT;
  at += 1;
  let left = decimals;
  while (left > 3) {
    const power = POWERS[left - 3] as number;
    const group = Math.floor(rest / power);
    rest -= group * power;
    const from = group * 3;
    bytes[at] = DIGITS[from] as number;
    bytes[at + 1] = DIGITS[from + 1] as number;
    bytes[at + 2] = DIGITS[from + 2] as number;
    at += 3;
    left -= 3;
  }
  const from = rest * 3 + (3 - left);
  for (let digit = 0; digit < left; digit += 1) {
    bytes[at] = DIGITS[from + digit] as number;
    at += 1;
  }
  while (bytes[at - 1] === ZERO) at -= 1;
  return at;
}

/** @param whole below 10⁶ */
function writeWhole(bytes: Uint8Array, start: number, whole: number): number {
  if (whole < 10) {
    bytes[start] = ZERO + whole;
    return start + 1;
  }
  let at =
    start + (whole < 100 ? 2 : whole < 1000 ? 3 : whole < 1e4 ? 4 : whole < 1e5 ? 5 : whole < 1e6 ? 6 : 7);
  const end = at;
  for (let left = whole; left > 0; ) {
    const next = Math.floor(left / 10);
    at -= 1;
    bytes[at] = ZERO + (left - next * 10);
    left = next;
  }
  return end;
}

function writeText(bytes: Uint8Array, start: number, value: number): number {
  const text = toShortest(value);
  for (let at = 0; at < text.length; at += 1) bytes[start + at] = text.charCodeAt(at);
  return start + text.length;
}
