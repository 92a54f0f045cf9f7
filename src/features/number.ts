import { show } from '../errors.ts';
import type { ValueProblem } from './columns/kind.ts';
import type { InputType } from './frame.ts';

/** The largest finite float32; what rounds beyond it is refused. */
const MAX_FLOAT32 = 3.4028234663852886e38;

/** What numbers a type of input can hold. */
const RANGES: Readonly<Record<InputType, { readonly max: number; readonly whole: boolean }>> = {
  float32: { max: MAX_FLOAT32, whole: false },
  float64: { max: Number.MAX_VALUE, whole: false },
  // whole numbers beyond 2^53 are not exact in JSON
  int64: { max: Number.MAX_SAFE_INTEGER, whole: true },
  int32: { max: 2 ** 31 - 1, whole: true },
  bool: { max: 1, whole: true },
  string: { max: 0, whole: false },
};

/** True for types that hold whole numbers alone. */
export function isWhole(type: InputType): boolean {
  return RANGES[type].whole;
}

/**
 * Checks that something is a number that an input of this type can hold.
 *
 * @param shown the value as it came, for the message
 */
export function checkFit(
  number: unknown,
  shown: unknown,
  type: InputType,
  expected: string,
): ValueProblem | undefined {
  if (typeof number !== 'number' || Number.isNaN(number)) {
    const comma = typeof shown === 'string' && /^[+-]?\d+,\d+$/.test(shown);
    return {
      code: number === null || shown === '' ? 'MISSING_VALUE' : 'INVALID_VALUE',
      expected: comma ? `${expected} with a decimal point, not a comma` : expected,
      got: show(shown),
    };
  }
  if (type === 'float32' && Number.isFinite(Math.fround(number))) return undefined;
  const { max, whole } = RANGES[type];
  const min = type === 'bool' ? 0 : -max;
  if (number >= min && number <= max && (!whole || Number.isInteger(number))) return undefined;
  const bounds = type === 'bool' ? '' : ` between ${min} and ${max}`;
  return {
    code: 'OUT_OF_RANGE',
    expected: whole && !Number.isInteger(number) ? expected : `${expected}${bounds}`,
    got: show(shown),
  };
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The number that a text spells: an optional sign, digits, a point, an exponent; or `True` and
 * `False`, as pandas writes booleans. NaN for all other text (hex, underscores, `inf`, `nan`).
 */
export function parseNumber(text: string): number {
  if (NUMBER.test(text)) return Number(text);
  if (text === 'True') return 1;
  if (text === 'False') return 0;
  return Number.NaN;
}
