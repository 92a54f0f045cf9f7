import type { PredictParts } from '../../src/compose.ts';
import type { Model } from '../../src/model/model.ts';

/** How long a request waits for the first load of the model, in milliseconds. */
const MODEL_WAIT_MS = 25_000;

/**
 * Uses the model that is served; waits for it where it is being loaded.
 *
 * @throws ScorerError `MODEL_NOT_READY`
 */
export function withReadyModel<T>({ scorer }: PredictParts, use: (model: Model) => Promise<T>): Promise<T> {
  // a signal with a timer is made only where there is something to wait for
  if (scorer.isReady()) return scorer.withModel(use);
  return scorer.withModel(use, { signal: AbortSignal.timeout(MODEL_WAIT_MS) });
}
