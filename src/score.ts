import type { EncodedRows } from './features/rows.ts';
import type { Model } from './model/model.ts';
import { predictFrame } from './model/predict.ts';
import type { Predictions } from './model/predictions.ts';

/** Encoded rows with what the model says of them. */
export interface ScoredRows {
  /** In the order of `EncodedRows.rows`. */
  readonly predictions: Predictions;
  /** As {@link EncodedRows.passthrough}. */
  readonly passthrough: readonly (string | undefined)[];
}

/** Scores encoded rows: the one way from features to predictions, whichever door they came through. */
export async function scoreRows(model: Model, { frame, passthrough }: EncodedRows): Promise<ScoredRows> {
  return { predictions: await predictFrame(model, frame), passthrough };
}
