import { setImmediate as nextTurn } from 'node:timers/promises';
import { gone } from '../request-body.ts';

/**
 * Does work step by step; other requests pass between two steps.
 *
 * @param isGone true once nobody takes the answer any more: what is left is then not done
 * @throws ScorerError `INVALID_REQUEST` when the client has gone; what a step throws
 */
export async function inTurns<T>(work: Generator<undefined, T>, isGone: () => boolean): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    await nextTurn();
    if (isGone()) throw gone();
  }
}
