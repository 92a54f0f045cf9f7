import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RowFailure } from '../../../src/errors.ts';
import { encodeInstances } from '../../../src/features/instances.ts';
import type { Model } from '../../../src/model/model.ts';
import { joinPredictions, type Predictions } from '../../../src/model/predictions.ts';
import { scoreRows } from '../../../src/score.ts';
import { gone } from '../../request-body.ts';
import type { RowTally } from '../../row-tally.ts';
import { Failures } from '../on-error.ts';

/** What became of the rows of an inference. */
export interface ScoredInference {
  readonly predictions: Predictions;
  readonly passthrough: readonly (string | undefined)[];
  /** Where there are any, nothing more was scored. */
  readonly failures: Failures;
}

/** Rows that are encoded and scored between two turns of the event loop. */
const SLICE_ROWS = 500;

/**
 * Scores instances some at a time, so that other requests pass between two slices.
 *
 * @param unread rows that failed before; ascending
 * @param rows is told of those that fail
 */
export async function scoreInSlices(
  model: Model,
  values: readonly unknown[],
  unread: readonly RowFailure[],
  rows: RowTally,
  isGone: () => boolean,
): Promise<ScoredInference> {
  const failures = new Failures(rows);
  const parts: Predictions[] = [];
  const passthrough: (string | undefined)[] = [];
  let next = 0;
  for (let start = 0; start < values.length; start += SLICE_ROWS) {
    if (values.length > SLICE_ROWS) await nextTurn();
    if (isGone()) throw gone();
    const end = start + SLICE_ROWS;
    const known: RowFailure[] = [];
    for (let each = unread[next]; each !== undefined && each.row < end; each = unread[next]) {
      known.push({ ...each, row: each.row - start });
      next += 1;
    }
    const encoded = encodeInstances(model.schema, values.slice(start, end), known);
    const isFailing = failures.count + encoded.failures.length + unread.length > 0;
    const scored = isFailing ? undefined : await scoreRows(model, encoded);
    for (const each of scored?.failures ?? encoded.failures) failures.add({ ...each, row: start + each.row });
    if (scored === undefined) continue;
    parts.push(scored.predictions);
    passthrough.push(...scored.passthrough);
  }
  const [only] = parts;
  const predictions = parts.length === 1 && only !== undefined ? only : joinPredictions(model.output, parts);
  return { predictions, passthrough, failures };
}
