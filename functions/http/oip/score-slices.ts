import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InferPart } from '../../../src/encode/oip.ts';
import { encodeInstances } from '../../../src/features/instances.ts';
import type { TensorTable } from '../../../src/features/tensor-rows.ts';
import type { Model } from '../../../src/model/model.ts';
import { scoreRows } from '../../../src/score.ts';
import { gone } from '../../request-body.ts';
import type { RowTally } from '../../row-tally.ts';
import { Failures } from '../on-error.ts';

/** What became of the rows of an inference. */
export interface ScoredInference {
  /** The rows, some after the others. */
  readonly parts: readonly InferPart[];
  /** Where there are any, nothing more was scored. */
  readonly failures: Failures;
}

/** Rows that are encoded and scored between two turns of the event loop. */
const SLICE_ROWS = 500;

/**
 * Scores rows some at a time, so that other requests pass between two slices.
 *
 * @param rows is told what becomes of them
 * @param isGone true once nobody takes the answer any more
 * @throws ScorerError `INVALID_REQUEST` when the client has gone
 */
export async function scoreInSlices(
  model: Model,
  table: TensorTable,
  rows: RowTally,
  isGone: () => boolean,
): Promise<ScoredInference> {
  const failures = new Failures(rows);
  const parts: InferPart[] = [];
  for (let start = 0; start < table.rows; start += SLICE_ROWS) {
    if (table.rows > SLICE_ROWS) await nextTurn();
    if (isGone()) throw gone();
    const { values, failures: unread } = table.take(start, Math.min(start + SLICE_ROWS, table.rows));
    const known = unread.map((each) => ({ ...each, row: each.row - start }));
    const encoded = encodeInstances(model.schema, values, known);
    const isFailing = failures.count + encoded.failures.length > 0;
    const scored = isFailing ? undefined : await scoreRows(model, encoded);
    for (const each of scored?.failures ?? encoded.failures) failures.add({ ...each, row: start + each.row });
    if (scored !== undefined) parts.push(scored);
  }
  return { parts, failures };
}
