import { show } from '../errors.ts';
import { toBit } from './columns/boolean.ts';
import type { ValueProblem } from './columns/kind.ts';
import type { FrameWriter } from './frame-writer.ts';
import { checkFit, parseNumber } from './number.ts';
import type { Feature } from './schema.ts';

/** What a feature takes, in words. */
export function featureInWords({ slot: { type } }: Feature): string {
  if (type === 'string') return 'text';
  if (type === 'bool') return 'true or false';
  return type === 'int64' || type === 'int32' ? 'an integer' : 'a number';
}

/**
 * Writes one feature as the model takes it, without a column in between: JSON numbers, texts or
 * booleans, each where the model takes them; of CSV the texts of them.
 */
export function writeFeature(
  feature: Feature,
  value: unknown,
  fromText: boolean,
  frame: FrameWriter,
  row: number,
): ValueProblem | undefined {
  const { slot, writeMissing } = feature;
  if (typeof value === 'number' && slot.type === 'float32' && Number.isFinite(Math.fround(value))) {
    frame.setNumber(slot, row, value);
    return undefined;
  }
  if ((value === null || (fromText && value === '')) && writeMissing !== undefined) {
    writeMissing(frame, row);
    return undefined;
  }
  const expected = featureInWords(feature);
  if (slot.type === 'string') {
    if (typeof value !== 'string') {
      return { code: value === null ? 'MISSING_VALUE' : 'INVALID_VALUE', expected, got: show(value) };
    }
    frame.setText(slot, row, value);
    return undefined;
  }
  const number =
    slot.type === 'bool' ? toBit(value, fromText) : fromText ? parseNumber(String(value)) : value;
  const problem = checkFit(number, value, slot.type, expected);
  if (problem === undefined) frame.setNumber(slot, row, number as number); // checkFit has looked
  return problem;
}
