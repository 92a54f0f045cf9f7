const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * The shortest decimal that reads back to the same float32, as JSON writes numbers.
 *
 * Nine significant digits always do and six always hold (IEEE 754 binary32), so the answer has six to
 * nine (less the zeros at its end). `null` for NaN and infinities, which JSON cannot write.
 */
export function toShortest(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (value === 0) return '0';
  float[0] = value;
  const word = bits[0] ?? 0;
  if ((word & 0x7fffff) === 0 || (word & 0x7f800000) === 0) return toShortestOdd(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return String(candidate);
  }
  return String(Number(value.toPrecision(9)));
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
