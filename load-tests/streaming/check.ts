import { isRight } from './golden-rows.ts';
import type { Output } from './outputs.ts';

/** What became of the rows of a round. */
export interface Check {
  /** Rows without a prediction. */
  readonly lost: number;
  /** Predictions that came more than once, by their id. */
  readonly duplicated: number;
  /** Predictions with another value than is known, or of no row that was sent. */
  readonly wrong: number;
}

/** Holds what came out against what went in. @param ids of the messages, in the order of their publishing */
export function checkPredictions(
  ids: readonly string[],
  rowsPerMessage: number,
  outputs: readonly Output[],
): Check {
  const places = new Map(ids.map((id, place) => [id, place]));
  const seen = new Set<string>();
  let duplicated = 0;
  let wrong = 0;
  for (const { data } of outputs) {
    const prediction = JSON.parse(data.toString()) as Record<string, unknown>;
    const { prediction_id: id, message_id: messageId, row } = prediction;
    const place = places.get(String(messageId));
    const isOfRow = place !== undefined && Number(row) < rowsPerMessage && id === `${messageId}/${row}`;
    if (!isOfRow || !isRight(place, Number(row), prediction)) wrong += 1;
    if (!isOfRow) continue;
    if (seen.has(id)) duplicated += 1;
    seen.add(id);
  }
  return { lost: ids.length * rowsPerMessage - seen.size, duplicated, wrong };
}

/** A rival's outputs are constant: they can only be counted. */
export function countOutputs(expected: number, { length }: readonly Output[]): Check {
  const lost = Math.max(0, expected - length);
  return { lost, duplicated: Math.max(0, length - expected), wrong: 0 };
}
