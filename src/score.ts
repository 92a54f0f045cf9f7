import type { EncodedRows } from './features/rows.ts';
import type { Model, Predictions } from './model/model.ts';

/**
 * Rows scored in one run: few enough that the event loop is soon free again (a run blocks it), many
 * enough that the cost of a run does not show. Even, so that only the last run is padded.
 */
export const MAX_RUN_ROWS = 2048;

/**
 * Scores encoded rows: the one way from features to predictions, whichever door they came through.
 *
 * @returns predictions in the order of `encoded.rows`
 */
export async function scoreRows(model: Model, encoded: EncodedRows): Promise<Predictions> {
  const { width } = model.schema;
  const count = encoded.rows.length;
  const labels: Predictions['labels'][number][] = [];
  const probability = new Float32Array(count);
  const probabilities = new Float32Array(count * model.classes.length);
  for (let start = 0; start < count; start += MAX_RUN_ROWS) {
    const end = Math.min(start + MAX_RUN_ROWS, count);
    const slice = await model.run(encoded.values.subarray(start * width, end * width));
    labels.push(...slice.labels);
    probability.set(slice.probability, start);
    probabilities.set(slice.probabilities, start * model.classes.length);
  }
  return { classes: model.classes, labels, probability, probabilities };
}
