import { type FieldProblem, show } from '../errors.ts';

/** The element types of tensors: https://github.com/kserve/open-inference-protocol. */
export const DATATYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
] as const;

/** One of {@link DATATYPES}. */
export type Datatype = (typeof DATATYPES)[number];

/** What is wrong with an element. */
export type ElementProblem = Pick<FieldProblem, 'code' | 'expected' | 'got'>;

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/** JSON numbers beyond this have lost digits when they are read. */
const SAFE = Number.MAX_SAFE_INTEGER;
const MAX_FP16 = 65_504;
/** The largest number that rounds to a finite float32. */
const MAX_FP32 = 3.4028235677973362e38;

const BOUNDS: Readonly<Record<Exclude<Datatype, 'BOOL' | 'BYTES'>, Bounds>> = {
  UINT8: { min: 0, max: 2 ** 8 - 1, whole: true },
  UINT16: { min: 0, max: 2 ** 16 - 1, whole: true },
  UINT32: { min: 0, max: 2 ** 32 - 1, whole: true },
  UINT64: { min: 0, max: SAFE, whole: true },
  INT8: { min: -(2 ** 7), max: 2 ** 7 - 1, whole: true },
  INT16: { min: -(2 ** 15), max: 2 ** 15 - 1, whole: true },
  INT32: { min: -(2 ** 31), max: 2 ** 31 - 1, whole: true },
  INT64: { min: -SAFE, max: SAFE, whole: true },
  FP16: { min: -MAX_FP16, max: MAX_FP16, whole: false },
  FP32: { min: -MAX_FP32, max: MAX_FP32, whole: false },
  FP64: { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, whole: false },
};

/**
 * Makes what tells whether a JSON value is an element of a datatype. `null` always is: it stands for a missing
 * value, which JSON can't write as NaN. 64-bit integers that a double can't hold exactly are refused.
 */
export function createElementCheck(datatype: Datatype): (value: unknown) => ElementProblem | undefined {
  if (datatype === 'BOOL' || datatype === 'BYTES') {
    const [type, words] = datatype === 'BOOL' ? ['boolean', 'true or false'] : ['string', 'text'];
    const expected = `${words} (${datatype})`;
    return (value) =>
      typeof value === type || value === null
        ? undefined
        : { code: 'INVALID_VALUE', expected, got: show(value) };
  }
  const { min, max, whole } = BOUNDS[datatype];
  const noun = whole ? 'an integer' : 'a number';
  const between = datatype === 'FP64' || datatype === 'FP32' ? '' : ` from ${min} to ${max}`;
  const expected = `${noun}${between} (${datatype})`;
  return (value) => {
    if (typeof value !== 'number') {
      return value === null ? undefined : { code: 'INVALID_VALUE', expected, got: show(value) };
    }
    if (value >= min && value <= max && (!whole || Number.isInteger(value))) return undefined;
    return { code: 'OUT_OF_RANGE', expected, got: show(value) };
  };
}
