import type { ModelIdentity, Predictions } from '../model/model.ts';
import { toScoreMembers } from './prediction.ts';

/** Where a row came from. */
export interface RowOrigin {
  /** The message that brought it. */
  readonly messageId: string;
  /** When that was published, RFC 3339; absent where the delivery did not say. */
  readonly publishTime: string | undefined;
  /** Its place in the message, from 0. */
  readonly row: number;
}

/** The id of a row's prediction or dead letter: the same whenever its message is delivered again. */
export function toRowId({ messageId, row }: RowOrigin): string {
  return `${messageId}/${row}`;
}

/** One prediction as the data of a message: flat JSON that fits a BigQuery table. */
export function toPredictionMessage(
  origin: RowOrigin,
  model: ModelIdentity,
  predictions: Predictions,
  index: number,
  scoredAt: string,
): Buffer {
  const { messageId, publishTime, row } = origin;
  const head = JSON.stringify({
    prediction_id: toRowId(origin),
    message_id: messageId,
    publish_time: publishTime,
    row,
    label: String(predictions.labels[index]),
  });
  const tail = JSON.stringify({
    model_name: model.name,
    model_version: model.version,
    model_digest: model.digest,
    scored_at: scoredAt,
  });
  return Buffer.from(`${head.slice(0, -1)},${toScoreMembers(predictions, index)},${tail.slice(1)}`);
}
