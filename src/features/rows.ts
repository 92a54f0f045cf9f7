import type { FieldProblem, RowFailure } from '../errors.ts';

/** Rows of features, and the rows that gave none. */
export interface EncodedRows {
  /** Row-major float32, `rows.length` × the schema's width. */
  readonly values: Float32Array;
  /** For each row of `values`, its place in the input, from 0; ascending. */
  readonly rows: readonly number[];
  /** The rows of the input that are not in `values`; ascending. */
  readonly failures: readonly RowFailure[];
}

/**
 * Encodes rows one after the other; a row with problems takes no place among the values.
 *
 * @param encode writes the features of one row, on zeros, and returns what is wrong with it
 */
export function encodeRows(
  count: number,
  width: number,
  encode: (row: number, out: Float32Array, offset: number) => readonly FieldProblem[],
): EncodedRows {
  const out = new Float32Array(count * width);
  const rows: number[] = [];
  const failures: RowFailure[] = [];
  for (let row = 0; row < count; row += 1) {
    const offset = rows.length * width;
    const [first, ...rest] = encode(row, out, offset);
    if (first === undefined) {
      rows.push(row);
    } else {
      out.fill(0, offset, offset + width);
      failures.push({ row, problems: [first, ...rest] });
    }
  }
  return { values: out.subarray(0, rows.length * width), rows, failures };
}
