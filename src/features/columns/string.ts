import { show } from '../../errors.ts';
import type { StringSpec } from '../column-spec.ts';
import type { FeatureSlot } from '../frame.ts';
import { type ColumnKind, columnInvalid } from './kind.ts';

const EXPECTED = 'text';

/** A column of any text. Numbers and booleans of JSON are taken as CSV would write them. */
export function createStringColumn({ name }: StringSpec, slots: readonly FeatureSlot[]): ColumnKind {
  const [slot] = slots;
  if (slot?.type !== 'string') {
    throw columnInvalid(
      name,
      'is a string, and the model takes a number there: make it a number or a category',
    );
  }
  return {
    expected: EXPECTED,
    write(value, _fromText, frame, row) {
      if (typeof value === 'object') return { code: 'INVALID_VALUE', expected: EXPECTED, got: show(value) };
      frame.setText(slot, row, String(value));
      return undefined;
    },
    writeNaN: undefined,
  };
}
