const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Powers of ten that scale a number from 10⁻⁶ to 10⁶ to integers of up to nine digits; all are exact in a double. */
const POWERS: readonly number[] = Array.from({ length: 15 }, (_, exponent) => 10 ** exponent);

/**
 * The shortest decimal that reads back to the same float32, as JSON writes numbers.
 *
 * Nine significant digits always do and six always hold (IEEE 754 binary32), so the answer has six to
 * nine (less the zeros at its end). `null` for NaN and infinities, which JSON cannot write.
 *
 * Integers tell the digits where they can: a quotient of two that a double holds is the double nearest to the decimal,
 * as if that had been parsed, and costs far less.
 */
export function toShortest(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (value === 0) return '0';
  float[0] = value;
  const word = bits[0] ?? 0;
  if ((word & 0x7fffff) === 0 || (word & 0x7f800000) === 0) return toShortestOdd(value);
  const size = Math.abs(value);
  if (size >= 1e-6 && size < 1e6) return `${value < 0 ? '-' : ''}${toShortestScaled(size)}`;
  for (let digits = 6; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return String(candidate);
  }
  return String(Number(value.toPrecision(9)));
}

/** For what is between a millionth and a million. */
function toShortestScaled(size: number): string {
  let decimals = 0;
  while (size * (POWERS[decimals] ?? 1) < 1e5) decimals += 1; // six digits before the point
  for (const last = decimals + 3; ; decimals += 1) {
    const scale = POWERS[decimals] ?? 1;
    const candidate = Math.round(size * scale) / scale;
    if (decimals === last || Math.fround(candidate) === size) return String(candidate);
  }
}

/** A label as text; undefined where there is none, or a number that is none: it must not leave as a word. */
export function toLabelText(label: string | number | boolean | undefined): string | undefined {
  if (label === undefined || (typeof label === 'number' && !Number.isFinite(label))) return undefined;
  return String(label);
}

/**
 * For powers of two and subnormals: of the former the neighbour below is nearer than the one above, so
 * that the shortest decimal need not be the nearest of its length; the latter hold less than six digits.
 */
function toShortestOdd(value: number): string {
  for (let digits = 1; digits < 9; digits += 1) {
    const [mantissa = '', exponent] = value.toExponential(digits - 1).split('e');
    const scale = Number(exponent) - (digits - 1);
    for (const step of [0, 1, -1]) {
      const candidate = Number(`${Number(mantissa.replace('.', '')) + step}e${scale}`);
      if (Math.fround(candidate) === value) return String(candidate);
    }
  }
  return String(Number(value.toPrecision(9)));
}
