import type { ByteRule } from '../decode/csv/plan.ts';
import { show } from '../errors.ts';
import type { ColumnSpec } from './column-spec.ts';
import { createBooleanColumn } from './columns/boolean.ts';
import { createCategoryColumn } from './columns/category.ts';
import { type ColumnKind, columnInvalid, type ValueProblem } from './columns/kind.ts';
import { createNumberColumn } from './columns/number.ts';
import { createStringColumn } from './columns/string.ts';
import { createTimestampColumn } from './columns/timestamp.ts';
import type { FeatureSlot, FrameInput, InputType } from './frame.ts';
import { FrameWriter } from './frame-writer.ts';

/** Writes what a missing value becomes. */
export type MissingWriter = (frame: FrameWriter, row: number) => void;

/** A column, ready to encode. */
export interface Column {
  readonly name: string;
  readonly spec: ColumnSpec;
  /** The type of the input that holds its features. */
  readonly type: InputType;
  /** What it takes, in words, for errors. */
  readonly expected: string;
  /** Undefined when a missing value is an error. */
  readonly writeMissing: MissingWriter | undefined;
  /** As {@link ColumnKind.byteRule}, for texts that are not empty. */
  readonly byteRule: ByteRule | undefined;
  /** Writes the features of a value, missing or not, as {@link ColumnKind.write} does. */
  write(value: unknown, fromText: boolean, frame: FrameWriter, row: number): ValueProblem | undefined;
}

/**
 * Makes a column ready to encode.
 *
 * @param slots the places of its features among the inputs, in the order of `featuresOf`
 * @throws ScorerError `MODEL_INVALID` when it can't feed inputs of these types, or `missing` is no value of it
 */
export function createColumn(
  spec: ColumnSpec,
  slots: readonly FeatureSlot[],
  inputs: readonly FrameInput[],
): Column {
  const { expected, write, writeNaN, byteRule } = createKind(spec, slots);
  const writeMissing = toMissingWriter(spec, { expected, write, writeNaN }, inputs);
  // where an empty text is a category and nothing says otherwise, it is not missing
  const takesEmpty = writeMissing === undefined && spec.type === 'category' && spec.categories.includes('');
  return {
    name: spec.name,
    spec,
    type: slots[0]?.type ?? 'float32', // a column has a feature
    expected,
    writeMissing,
    byteRule,
    write(value, fromText, frame, row) {
      if (value !== null && (value !== '' || takesEmpty)) return write(value, fromText, frame, row);
      if (writeMissing === undefined) return { code: 'MISSING_VALUE', expected, got: show(value) };
      writeMissing(frame, row);
      return undefined;
    },
  };
}

function createKind(spec: ColumnSpec, slots: readonly FeatureSlot[]): ColumnKind {
  switch (spec.type) {
    case 'category':
      return createCategoryColumn(spec, slots);
    case 'number':
      return createNumberColumn(spec, slots);
    case 'boolean':
      return createBooleanColumn(spec, slots);
    case 'string':
      return createStringColumn(spec, slots);
    case 'timestamp':
      return createTimestampColumn(spec, slots);
  }
}

function toMissingWriter(
  { name, missing = 'error' }: ColumnSpec,
  { write, writeNaN, expected }: ColumnKind,
  inputs: readonly FrameInput[],
): MissingWriter | undefined {
  if (missing === 'error') return undefined;
  if (missing === 'nan') {
    if (writeNaN !== undefined) return writeNaN;
    throw columnInvalid(name, 'has "missing": "nan", which its features can\'t hold: give a value instead');
  }
  const problem = write(missing, false, new FrameWriter(inputs, 1), 0);
  if (problem === undefined) return (frame, row) => void write(missing, false, frame, row);
  throw columnInvalid(name, `has "missing": ${show(missing)}: expected ${expected}, "error" or "nan"`);
}
