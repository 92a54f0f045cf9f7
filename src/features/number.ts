import { show } from '../errors.ts';
import type { ValueProblem } from './columns/kind.ts';
import type { InputType } from './frame.ts';

/** Numbers between two bounds, both among them. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** True for whole numbers alone. */
  readonly whole: boolean;
}

/** The largest finite float32; what rounds beyond it is refused. */
const MAX_FLOAT32 = 3.4028234663852886e38;

const RANGES: Readonly<Record<InputType, NumberRange>> = {
  float32: { min: -MAX_FLOAT32, max: MAX_FLOAT32, whole: false },
  float64: { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, whole: false },
  // whole numbers beyond 2^53 are not exact in JSON
  int64: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, whole: true },
  int32: { min: -(2 ** 31), max: 2 ** 31 - 1, whole: true },
  bool: { min: 0, max: 1, whole: true },
  string: { min: 0, max: 0, whole: false },
};

/** What numbers a type of input can hold. */
export function rangeOf(type: InputType): NumberRange {
  return RANGES[type];
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
  const { min, max, whole } = RANGES[type];
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
