import { show } from '../../errors.ts';
import type { BooleanSpec } from '../column-spec.ts';
import type { FeatureSlot } from '../frame.ts';
import { type ColumnKind, columnInvalid } from './kind.ts';

/** What CSV files call true and false: JSON's words, Python's, a spreadsheet's, and numbers. */
const TEXTS: ReadonlyMap<unknown, number> = new Map<string, number>([
  ...['true', 'True', 'TRUE', '1', '1.0'].map((text) => [text, 1] as const),
  ...['false', 'False', 'FALSE', '0', '0.0'].map((text) => [text, 0] as const),
]);

const VALUES: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  [true, 1],
  [false, 0],
  [1, 1],
  [0, 0],
]);

const EXPECTED = 'true or false';

/**
 * A boolean as 0 or 1; undefined for what is none.
 *
 * @param fromText true when it is the text of a CSV field, and not a JSON value
 */
export function toBit(value: unknown, fromText: boolean): number | undefined {
  return (fromText ? TEXTS : VALUES).get(value);
}

/** A column of true and false, 1 and 0 as a feature. */
export function createBooleanColumn({ name }: BooleanSpec, slots: readonly FeatureSlot[]): ColumnKind {
  const [slot] = slots;
  if (slot === undefined || slot.type === 'string') {
    throw columnInvalid(
      name,
      'is boolean, and the model takes text there: make it a category of its two texts',
    );
  }
  return {
    expected: EXPECTED,
    write(value, fromText, frame, row) {
      const number = toBit(value, fromText);
      if (number === undefined) return { code: 'INVALID_VALUE', expected: EXPECTED, got: show(value) };
      frame.setNumber(slot, row, number);
      return undefined;
    },
    writeNaN:
      slot.type === 'float32' || slot.type === 'float64'
        ? (frame, row) => frame.setNumber(slot, row, Number.NaN)
        : undefined,
  };
}
