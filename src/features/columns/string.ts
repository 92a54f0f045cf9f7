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
      const isLossy = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
      if (typeof value === 'object' || isLossy) {
        return {
          code: 'INVALID_VALUE',
          expected: isLossy ? `${EXPECTED}, as text: a number so large has lost digits` : EXPECTED,
          got: show(value),
        };
      }
      frame.setText(slot, row, String(value));
      return undefined;
    },
    writeNaN: undefined,
  };
}
