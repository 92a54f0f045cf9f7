import type { FailedRecord } from '../decode/csv/row-scanner.ts';
import { clip } from '../errors.ts';
import type { PredictedFrame } from '../model/predict.ts';
import type { ScannedRows } from './range-output.ts';

/** Puts rows that the model can't compute with among those that could not be read, in order. */
export function joinRefused(
  { starts, ends, lines, failed }: ScannedRows,
  refused: PredictedFrame['refused'],
): readonly FailedRecord[] {
  const more = refused.map(({ row, reason }): FailedRecord => {
    const expected = 'values that the model can compute with';
    return {
      line: lines[row] as number,
      start: starts[row] as number,
      end: ends[row] as number,
      problems: [{ code: 'INVALID_VALUE', expected, got: clip(reason) }],
    };
  });
  return [...failed, ...more].sort((a, b) => a.start - b.start);
}
