import { clip, type RowFailure } from './errors.ts';
import type { EncodedRows } from './features/rows.ts';
import type { Model } from './model/model.ts';
import { type PredictedFrame, predictFrame, type RefusedRow } from './model/predict.ts';
import type { Predictions } from './model/predictions.ts';

/** Encoded rows with what the model says of them. */
export interface ScoredRows {
  /** In the order of `rows`. */
  readonly predictions: Predictions;
  /** Places in the input of the rows that have a prediction; ascending. */
  readonly rows: readonly number[];
  /** The rows that have none: those that could not be encoded, and those that the model can't compute with; ascending. */
  readonly failures: readonly RowFailure[];
  /** For each of `rows`, as {@link EncodedRows.passthrough}. */
  readonly passthrough: readonly (string | undefined)[];
}

/** Scores encoded rows: the one way from features to predictions, whichever door they came through. */
export function scoreRows(model: Model, encoded: EncodedRows): Promise<ScoredRows> {
  return predictFrame(model, encoded.frame).then((predicted) => toScored(encoded, predicted));
}

function toScored(
  { rows, failures, passthrough }: EncodedRows,
  { predictions, refused }: PredictedFrame,
): ScoredRows {
  if (refused.length === 0) return { predictions, rows, failures, passthrough };
  const gone = new Set(refused.map(({ row }) => row));
  const isKept = (_: unknown, index: number): boolean => !gone.has(index);
  return {
    predictions,
    rows: rows.filter(isKept),
    failures: [...failures, ...refused.map((each) => toFailure(each, rows))].sort((a, b) => a.row - b.row),
    passthrough: passthrough.filter(isKept),
  };
}

/** The values are within the manifest's bounds, so nothing says which of them it is. */
function toFailure({ row, reason }: RefusedRow, rows: readonly number[]): RowFailure {
  const expected = 'values that the model can compute with';
  return { row: rows[row] ?? row, problems: [{ code: 'INVALID_VALUE', expected, got: clip(reason) }] };
}
