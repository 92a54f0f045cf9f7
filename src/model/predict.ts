import { type Frame, sliceFrame } from '../features/frame.ts';
import type { Model } from './model.ts';
import { joinPredictions, type Predictions } from './predictions.ts';

/**
 * Predicts any number of rows, in runs of `model.runRows` of which `model.parallelRuns` are under way
 * at once. Predictions come in the order of the rows.
 *
 * @param frame not to be used afterwards
 */
export async function predictFrame(model: Model, frame: Frame): Promise<Predictions> {
  const { runRows, parallelRuns } = model;
  const parts: Predictions[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let part = next; part * runRows < frame.rows; part = next) {
      next += 1;
      const start = part * runRows;
      parts[part] = await model.run(
        sliceFrame(frame, model.schema.inputs, start, Math.min(start + runRows, frame.rows)),
      );
    }
  };
  if (parallelRuns === 1) await work();
  else await Promise.all(Array.from({ length: parallelRuns }, work));
  return joinPredictions(model.output, parts);
}
