import type { ModelIdentity } from '../model/model.ts';
import type { Predictions } from '../model/predictions.ts';
import type { MessageFieldName } from './message-fields.ts';
import { toLabelText } from './number.ts';
import { toScoreMembers } from './prediction.ts';

/** No other names than those of the table. */
type MessageMembers = Readonly<Partial<Record<MessageFieldName, unknown>>>;

/** Where a row came from. */
export interface RowOrigin {
  /** The message that brought it. */
  readonly messageId: string;
  /** When that was published, RFC 3339; absent where the delivery did not say. */
  readonly publishTime: string | undefined;
  /** Its place in the message, from 0. */
  readonly row: number;
}

/** Predictions, and for each what comes back of its instance (a JSON object's text). */
export interface ScoredParts {
  readonly predictions: Predictions;
  readonly passthrough: readonly (string | undefined)[];
}

/** The id of a row's prediction or dead letter: the same whenever its message is delivered again. */
export function toRowId({ messageId, row }: RowOrigin): string {
  return `${messageId}/${row}`;
}

/**
 * One prediction as the data of a message: flat JSON that fits a BigQuery table. Labels are text,
 * whatever they are in the model, so that one table fits all models; so is what the row hands on. The fields are
 * those of `MESSAGE_FIELDS`, in that order.
 */
export function toPredictionMessage(
  origin: RowOrigin,
  model: ModelIdentity,
  { predictions, passthrough }: ScoredParts,
  index: number,
  scoredAt: string,
): Buffer {
  const { messageId, publishTime, row } = origin;
  const label = predictions.labels[index];
  const head = JSON.stringify({
    prediction_id: toRowId(origin),
    message_id: messageId,
    publish_time: publishTime,
    row,
    label: toLabelText(label),
  } satisfies MessageMembers);
  const scores = withoutGaps(toScoreMembers(predictions, index));
  const tail = JSON.stringify({
    model_name: model.name,
    model_version: model.version,
    model_digest: model.digest,
    scored_at: scoredAt,
    passthrough: passthrough[index],
  } satisfies MessageMembers);
  return Buffer.from(`${head.slice(0, -1)},${scores === '' ? '' : `${scores},`}${tail.slice(1)}`);
}

/** A list with a number that is none (null): BigQuery would refuse the whole row, so the list is left out. */
function withoutGaps(members: string): string {
  if (!members.includes('null')) return members;
  return members.replace(/,?"[a-z]+":\[[^\]]*null[^\]]*\]/g, '');
}
