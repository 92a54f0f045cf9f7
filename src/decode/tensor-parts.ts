import type { TensorData } from './oip.ts';

/** The elements of a tensor that are parsed some at a time and stay apart: joined, all would be copied at once. */
export interface TensorParts {
  /**
   * Adds parsed elements, or rows of them.
   *
   * @returns false for what needs to be looked at as a whole: other arrays than rows of one width, objects
   */
  add(values: readonly unknown[]): boolean;
  /** Rows that were added as arrays. */
  readonly nestedRows: number;
  /** All that was added; undefined where it isn't what the shape says. */
  toData(shape: readonly number[]): TensorData | undefined;
}

/** Creates the elements of a tensor without any. */
export function createTensorParts(): TensorParts {
  const parts: (readonly unknown[])[] = [];
  let length = 0;
  let width: number | undefined; // of nested rows
  let nestedRows = 0;

  const addPart = (part: readonly unknown[]): void => {
    parts.push(part);
    length += part.length;
  };
  const addRows = (rows: readonly unknown[], of: number): boolean => {
    const elements: unknown[] = [];
    for (const row of rows) {
      if (!Array.isArray(row) || row.length !== of || !row.every(isScalar)) return false;
      for (const element of row) elements.push(element);
    }
    nestedRows += rows.length;
    addPart(elements);
    return true;
  };

  return {
    add(values) {
      const [first] = values;
      if (length === 0 && Array.isArray(first)) width = first.length;
      if (width !== undefined) return addRows(values, width);
      if (!values.every(isScalar)) return false;
      addPart(values);
      return true;
    },
    get nestedRows() {
      return nestedRows;
    },
    toData(shape) {
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      const isNested = shape.length === 2 && nestedRows === shape[0] && width === shape[1];
      if (length !== size || (width !== undefined && !isNested)) return undefined;
      return { length, slice: (start = 0, end = length) => take(parts, start, end) };
    },
  };
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function take(parts: readonly (readonly unknown[])[], start: number, end: number): unknown[] {
  let taken: unknown[] | undefined;
  let before = 0;
  for (const part of parts) {
    if (before >= end) break;
    if (before + part.length > start) {
      const some = part.slice(Math.max(0, start - before), end - before);
      taken = taken === undefined ? some : taken.concat(some);
    }
    before += part.length;
  }
  return taken ?? [];
}
