import { toAttributes } from '../encode/attributes.ts';
import { type LetterSource, toMessageLetter, toRowLetter } from '../encode/dead-letter.ts';
import { toPredictionMessage } from '../encode/message.ts';
import { ScorerError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from '../ports/delivery.ts';
import type { Logger } from '../ports/logger.ts';
import type { OutgoingMessage, Publisher } from '../ports/publisher.ts';
import { scoreRows } from '../score.ts';
import type { Scorer } from '../serving/scorer.ts';
import { decodePayload, type PayloadSlice } from './payload.ts';

/** What scoring messages needs. */
export interface MessageScorerParts {
  readonly scorer: Scorer;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly topics: { readonly features: string; readonly predictions: string; readonly deadLetters: string };
  /** Whether predictions keep the ordering key of their message. */
  readonly ordering: boolean;
}

/**
 * Scores a message: every row becomes one prediction or one dead letter, and the promise resolves once
 * all of them are accepted. A message of which no row can be told apart becomes one dead letter.
 *
 * Rejects with a retryable ScorerError when the trouble is ours: the message must then be delivered
 * again, and gives the same ids.
 */
export type ScoreMessage = (message: Delivery, signal: AbortSignal) => Promise<void>;

/** Creates {@link ScoreMessage}. */
export function createMessageScorer(parts: MessageScorerParts): ScoreMessage {
  return (message, signal) =>
    parts.scorer.withModel((model) => scoreMessage(parts, model, message, signal), { signal });
}

async function scoreMessage(
  parts: MessageScorerParts,
  model: Model,
  message: Delivery,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (message.problem !== undefined) throw message.problem;
    for (const slice of decodePayload(message, model.schema)) {
      signal.throwIfAborted();
      await publishSlice(parts, model, message, slice, signal);
    }
  } catch (error) {
    if (!(error instanceof ScorerError) || error.retryable) throw error;
    parts.logger.log('WARNING', 'MESSAGE_REFUSED', 'A message holds no row that can be scored.', {
      code: error.code,
      messageId: message.id,
    });
    const letter = toMessageLetter(toSource(parts, message), error);
    await parts.publisher.publish(parts.topics.deadLetters, [letter], { signal });
  }
}

async function publishSlice(
  parts: MessageScorerParts,
  model: Model,
  message: Delivery,
  { encoded, firstRow, source }: PayloadSlice,
  signal: AbortSignal,
): Promise<void> {
  const { publisher, topics } = parts;
  const originOf = (row: number) => ({
    messageId: message.id,
    publishTime: message.publishTime,
    row: firstRow + row,
  });
  const scored = await scoreRows(model, encoded);
  const letters = scored.failures.map((failure) =>
    toRowLetter(toSource(parts, message), originOf(failure.row), failure, source(failure.row)),
  );
  const scoredAt = new Date(parts.clock.nowMs()).toISOString();
  const attributes = toAttributes(message.attributes, {});
  const orderingKey = parts.ordering ? message.orderingKey : undefined;
  const outputs = scored.rows.map((row, index): OutgoingMessage => {
    const data = toPredictionMessage(originOf(row), model.identity, scored, index, scoredAt);
    return { data, attributes, ...(orderingKey ? { orderingKey } : {}) };
  });
  await Promise.all([
    outputs.length > 0 ? publisher.publish(topics.predictions, outputs, { signal }) : undefined,
    letters.length > 0 ? publisher.publish(topics.deadLetters, letters, { signal }) : undefined,
  ]);
}

function toSource({ topics }: MessageScorerParts, message: Delivery): LetterSource {
  return { ...message, topic: topics.features };
}
