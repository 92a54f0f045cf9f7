import type { ColumnSpec, NumberSpec } from '../features/column-spec.ts';
import type { FrameInput, InputType } from '../features/frame.ts';
import { rangeOf } from '../features/number.ts';

/** What rows can be made up for. */
export interface SampleSource {
  readonly inputs: readonly FrameInput[];
  readonly features: readonly string[];
  readonly columns: readonly ColumnSpec[];
}

/**
 * Instances that a model takes, made up: by its columns where there are any, else arrays of features.
 * The same for the same model, and with values spread widely enough to tell its outputs apart.
 */
export function sampleInstances(
  { inputs, features, columns }: SampleSource,
  count: number,
): readonly unknown[] {
  const random = createRandom();
  const types = inputs.flatMap(({ type, width }) => new Array<InputType>(width).fill(type));
  const typeOf = new Map(features.map((name, index) => [name, types[index]]));
  return Array.from({ length: count }, (_, row) => {
    if (columns.length > 0) {
      return Object.fromEntries(
        columns.map((column) => [
          column.name,
          sampleColumn(column, typeOf.get(column.name) ?? 'float32', row, random),
        ]),
      );
    }
    return inputs.flatMap(({ type, width }) =>
      Array.from({ length: width }, () => sampleFeature(type, row, random)),
    );
  });
}

/** @param type of the model's input that a column of one feature fills */
function sampleColumn(column: ColumnSpec, type: InputType, row: number, random: () => number): unknown {
  switch (column.type) {
    case 'category':
      return column.categories[Math.floor(random() * column.categories.length)];
    case 'boolean':
      return random() < 0.5;
    case 'string':
      return `text ${Math.floor(random() * 10)}`;
    case 'timestamp':
      return new Date(1.6e12 + Math.floor(random() * 2e11)).toISOString();
    case 'number':
      return sampleNumber(column, type, row, random);
  }
}

/** A number within the column's bounds and those of the model's input. */
function sampleNumber(
  { min, max, integer = false }: NumberSpec,
  type: InputType,
  row: number,
  random: () => number,
): number {
  const range = rangeOf(type);
  const clamp = (value: number): number => Math.min(Math.max(value, range.min), range.max);
  const from = min ?? (max === undefined ? -scaleOf(row) : max - scaleOf(row));
  const [low, high] = [clamp(from), clamp(max ?? from + 2 * scaleOf(row))];
  const part = random();
  const value = low * (1 - part) + high * part; // their difference may be more than a number can hold
  if (integer || range.whole) {
    return Math.min(Math.max(Math.round(value), Math.ceil(low)), Math.floor(high));
  }
  return rounded(value, low, high);
}

function sampleFeature(type: FrameInput['type'], row: number, random: () => number): unknown {
  if (type === 'string') return `text ${Math.floor(random() * 10)}`;
  if (type === 'bool') return random() < 0.5;
  if (type === 'int64' || type === 'int32') return Math.floor(random() * 10);
  return rounded((2 * random() - 1) * scaleOf(row), -Infinity, Infinity);
}

/** Some rows near zero, some far out: trees split anywhere. */
function scaleOf(row: number): number {
  return [1, 3, 10, 100][row % 4] ?? 1;
}

/** Few digits where the bounds allow it: samples are read by people too. */
function rounded(value: number, low: number, high: number): number {
  const short = Number(value.toFixed(3));
  return short >= low && short <= high ? short : value;
}

/** A generator of numbers in [0, 1) that begins the same every time (mulberry32). */
function createRandom(): () => number {
  let state = 0x5eed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
