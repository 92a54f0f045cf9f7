import type { PlaceModel } from '../model/open.ts';
import { BATCH_ROWS } from './run-cost.ts';
import { openRunner, type Runner, type RunnerParts } from './runner.ts';

/**
 * Creates the placement of models that serve: each is measured, and runs in the event loop in short pieces,
 * or in worker threads.
 *
 * @param onPlaced is told what was measured and decided
 */
export function createPlacement(
  parts: Omit<RunnerParts, 'readModel'>,
  onPlaced: (runner: Runner) => void = () => undefined,
): PlaceModel {
  return async ({ session, plan, sample, readModel }) => {
    const frames = { oneRow: sample(plan.oneByOne ? 1 : 2), batch: sample(BATCH_ROWS) };
    const runner = await openRunner(session, plan, frames, { ...parts, readModel });
    onPlaced(runner);
    return runner;
  };
}
