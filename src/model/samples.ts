import type { ColumnSpec } from '../features/column-spec.ts';
import type { FrameInput } from '../features/frame.ts';

/** What rows can be made up for. */
export interface SampleSource {
  readonly inputs: readonly FrameInput[];
  readonly columns: readonly ColumnSpec[];
}

/**
 * Instances that a model takes, made up: by its columns where there are any, else arrays of features.
 * The same for the same model, and with values spread widely enough to tell its outputs apart.
 */
export function sampleInstances({ inputs, columns }: SampleSource, count: number): readonly unknown[] {
  const random = createRandom();
  return Array.from({ length: count }, (_, row) => {
    if (columns.length > 0) {
      return Object.fromEntries(columns.map((column) => [column.name, sampleColumn(column, row, random)]));
    }
    return inputs.flatMap(({ type, width }) =>
      Array.from({ length: width }, () => sampleFeature(type, row, random)),
    );
  });
}

function sampleColumn(column: ColumnSpec, row: number, random: () => number): unknown {
  switch (column.type) {
    case 'category':
      return column.categories[Math.floor(random() * column.categories.length)];
    case 'boolean':
      return random() < 0.5;
    case 'string':
      return `text ${Math.floor(random() * 10)}`;
    case 'timestamp':
      return new Date(1.6e12 + Math.floor(random() * 2e11)).toISOString();
    case 'number': {
      const { min, max, integer = false } = column;
      const low = min ?? (max === undefined ? -scaleOf(row) : max - scaleOf(row));
      const high = max ?? low + 2 * scaleOf(row);
      const value = low + random() * (high - low);
      const whole = Math.min(Math.max(Math.round(value), Math.ceil(low)), Math.floor(high));
      return integer ? whole : rounded(value, low, high);
    }
  }
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
