import { type FieldProblem, show } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type CategoryColumn, type Column, MAX_FLOAT32, type NumberColumn } from './schema.ts';

/** A field's problem without its place. */
export type ValueProblem = Pick<FieldProblem, 'code' | 'expected' | 'got' | 'nearest'>;

/**
 * Writes one column's value into a row of features that is all zeros at the column's places.
 *
 * @param value a JSON value, or the text of a CSV field
 * @param fromText true when a number may come as text
 */
export function encodeColumn(
  column: Column,
  value: unknown,
  fromText: boolean,
  out: Float32Array,
  offset: number,
): ValueProblem | undefined {
  if (value === null || value === '')
    return { code: 'MISSING_VALUE', expected: column.expected, got: show(value) };
  return column.kind === 'category'
    ? encodeCategory(column, value, out, offset)
    : encodeNumber(column, fromText ? parseNumber(String(value)) : value, value, out, offset);
}

/** A category matches by its text: JSON `7`, `7.0` and `"7"` and CSV `7` are one value. */
function encodeCategory(
  column: CategoryColumn,
  value: unknown,
  out: Float32Array,
  offset: number,
): ValueProblem | undefined {
  const { expected, featureByCategory } = column;
  if (typeof value === 'object') return { code: 'INVALID_VALUE', expected, got: show(value) };
  const text = String(value);
  const feature = featureByCategory.get(text);
  if (feature === undefined) {
    const near = /[^\d.+-]/.test(text) ? nearest(text.slice(0, 200), featureByCategory.keys()) : undefined;
    const hint = near === undefined ? {} : { nearest: near };
    return { code: 'UNKNOWN_CATEGORY', expected, got: show(value), ...hint };
  }
  out[offset + feature] = 1;
  return undefined;
}

function encodeNumber(
  column: NumberColumn,
  number: unknown,
  shown: unknown,
  out: Float32Array,
  offset: number,
): ValueProblem | undefined {
  const { expected, min, max, integer } = column;
  const problem = checkNumber(number, shown, expected);
  if (problem !== undefined) return problem;
  const value = number as number; // checkNumber has looked
  if (value < min || value > max || (integer && !Number.isInteger(value))) {
    return { code: 'OUT_OF_RANGE', expected, got: show(shown) };
  }
  out[offset + column.feature] = value;
  return undefined;
}

/**
 * Checks that something is a number that float32 can hold.
 *
 * @param shown the value as it came, for the message
 */
export function checkNumber(number: unknown, shown: unknown, expected: string): ValueProblem | undefined {
  if (typeof number !== 'number' || Number.isNaN(number)) {
    const comma = typeof shown === 'string' && /^[+-]?\d+,\d+$/.test(shown);
    return {
      code: number === null || shown === '' ? 'MISSING_VALUE' : 'INVALID_VALUE',
      expected: comma ? `${expected} with a decimal point, not a comma` : expected,
      got: show(shown),
    };
  }
  if (Number.isFinite(Math.fround(number))) return undefined;
  return {
    code: 'OUT_OF_RANGE',
    expected: `${expected} between -${MAX_FLOAT32} and ${MAX_FLOAT32}`,
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
