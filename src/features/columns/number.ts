import { show } from '../../errors.ts';
import type { NumberSpec } from '../column-spec.ts';
import type { FeatureSlot } from '../frame.ts';
import { checkFit, parseNumber, rangeOf } from '../number.ts';
import { type ColumnKind, columnInvalid } from './kind.ts';

/** A column that holds one number: itself a feature. */
export function createNumberColumn(spec: NumberSpec, slots: readonly FeatureSlot[]): ColumnKind {
  const [slot] = slots;
  if (slot === undefined || slot.type === 'string') {
    throw columnInvalid(
      spec.name,
      'is a number, and the model takes text there: make it a string or a category',
    );
  }
  const { min = -Infinity, max = Infinity } = spec;
  const range = rangeOf(slot.type);
  const integer = spec.integer === true || range.whole;
  const [low, high] = [Math.max(min, range.min), Math.min(max, range.max)];
  if (integer ? Math.ceil(low) > Math.floor(high) : low > high) {
    throw columnInvalid(
      spec.name,
      `takes no value: none is ${inWords({ ...spec, integer })} that the model's input (${slot.type}) holds`,
    );
  }
  const expected = inWords({ ...spec, integer });
  const holdsNaN = slot.type === 'float32' || slot.type === 'float64';
  return {
    expected,
    write(value, fromText, frame, row) {
      const number = fromText ? parseNumber(String(value)) : value;
      const problem = checkFit(number, value, slot.type, expected);
      if (problem !== undefined) return problem;
      const fitting = number as number; // checkFit has looked
      if (fitting < min || fitting > max || (integer && !Number.isInteger(fitting))) {
        return { code: 'OUT_OF_RANGE', expected, got: show(value) };
      }
      frame.setNumber(slot, row, fitting);
      return undefined;
    },
    byteRule:
      slot.type === 'float32' ? { kind: 'number', offset: slot.offset, min, max, integer } : undefined,
    writeNaN: holdsNaN ? (frame, row) => frame.setNumber(slot, row, Number.NaN) : undefined,
  };
}

function inWords({ min, max, integer }: { min?: number; max?: number; integer: boolean }): string {
  const noun = integer ? 'an integer' : 'a number';
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${max}`;
  if (min !== undefined) return `${noun} of ${min} or more`;
  if (max !== undefined) return `${noun} of ${max} or less`;
  return noun;
}
