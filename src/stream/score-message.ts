import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ByteBudget, createByteBudget } from '../byte-budget.ts';
import { toAttributes } from '../encode/attributes.ts';
import { type LetterSource, toMessageLetter, toRowLetter } from '../encode/dead-letter.ts';
import { type RowOrigin, toPredictionMessage } from '../encode/message.ts';
import { type ErrorCode, ScorerError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from '../ports/delivery.ts';
import type { Logger } from '../ports/logger.ts';
import type { OutgoingMessage, Publisher } from '../ports/publisher.ts';
import { type ScoredRows, scoreRows } from '../score.ts';
import type { Scorer } from '../serving/scorer.ts';
import { MAX_INFLATED_BYTES, toPlain } from './compression.ts';
import { type MessageOrigin, toOrigin } from './origin.ts';
import { decodePayload, type PayloadSlice } from './payload.ts';
import { publishBounded } from './publish-bounded.ts';

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
 *
 * However large the message is, a part of it is scored and published before the next is decoded, and other
 * messages get their turn between the two.
 */
export type ScoreMessage = (message: Delivery, signal: AbortSignal, counter?: RowCounter) => Promise<void>;

/** Is told what becomes of the rows of a message, as it becomes of them. */
export interface RowCounter {
  read: number;
  /** Those whose predictions the topic has accepted. */
  scored: number;
  /** One whose dead letter the topic has accepted. @param code of its first problem */
  addRefused(code: ErrorCode): void;
}

/** One message while it is scored. */
interface Task {
  readonly message: Delivery;
  readonly origin: MessageOrigin;
  readonly signal: AbortSignal;
  readonly counter: RowCounter | undefined;
}

/** Creates {@link ScoreMessage}. */
export function createMessageScorer(parts: MessageScorerParts): ScoreMessage {
  const budget = createByteBudget(MAX_INFLATED_BYTES); // one of the largest at a time, or many small ones
  return async (message, signal, counter) => {
    const task: Task = { message, origin: toOrigin(message), signal, counter };
    try {
      await parts.scorer.withModel((model) => scoreMessage(parts, model, task, budget), { signal });
    } catch (error) {
      if (error instanceof ScorerError && error.code === 'OUTPUT_TOO_LARGE') {
        parts.logger.log('ERROR', 'OUTPUT_TOO_LARGE', error.message, { messageId: message.id });
      }
      throw error;
    }
  };
}

async function scoreMessage(
  parts: MessageScorerParts,
  model: Model,
  task: Task,
  budget: ByteBudget,
): Promise<void> {
  const { message, signal } = task;
  try {
    if (message.problem !== undefined) throw message.problem;
    const plain = await toPlain(message, budget, signal);
    try {
      const contentType = message.attributes['content-type'];
      for (const slice of decodePayload(plain.data, contentType, model.schema)) {
        signal.throwIfAborted();
        if (slice.firstRow > 0) await nextTurn();
        await publishSlice(parts, model, task, slice);
      }
    } finally {
      plain.release();
    }
  } catch (error) {
    if (!(error instanceof ScorerError) || error.retryable) throw error;
    parts.logger.log('WARNING', 'MESSAGE_REFUSED', 'A message holds no row that can be scored.', {
      code: error.code,
      messageId: message.id,
    });
    const letter = toMessageLetter(toSource(parts, task), error);
    await parts.publisher.publish(parts.topics.deadLetters, [letter], { signal });
  }
}

async function publishSlice(
  parts: MessageScorerParts,
  model: Model,
  task: Task,
  slice: PayloadSlice,
): Promise<void> {
  const { publisher, topics } = parts;
  const scored = await scoreRows(model, slice.encoded);
  const predictions = toPredictions(parts, model, task, slice, scored);
  const published = publishBounded(publisher, topics.predictions, predictions, task.signal);
  if (scored.failures.length === 0) {
    await published;
  } else {
    const letters = toLetters(parts, task, slice, scored);
    await Promise.all([published, publishBounded(publisher, topics.deadLetters, letters, task.signal)]);
  }
  if (task.counter !== undefined) count(task.counter, scored);
}

function count(counter: RowCounter, { rows, failures }: ScoredRows): void {
  counter.read += rows.length + failures.length;
  counter.scored += rows.length;
  for (const { problems } of failures) counter.addRefused(problems[0].code);
}

function* toPredictions(
  { clock, ordering }: MessageScorerParts,
  model: Model,
  task: Task,
  slice: PayloadSlice,
  scored: ScoredRows,
): Generator<OutgoingMessage, void> {
  const { message } = task;
  const scoredAt = new Date(clock.nowMs()).toISOString();
  const attributes = toAttributes(message.attributes, {});
  const orderingKey = ordering ? message.orderingKey : undefined;
  for (const [index, row] of scored.rows.entries()) {
    const origin = toRowOrigin(task, slice.firstRow + row);
    const data = toPredictionMessage(origin, model.identity, scored, index, scoredAt);
    yield { data, attributes, ...(orderingKey ? { orderingKey } : {}) };
  }
}

function* toLetters(
  parts: MessageScorerParts,
  task: Task,
  { firstRow, source }: PayloadSlice,
  { failures }: ScoredRows,
): Generator<OutgoingMessage, void> {
  for (const failure of failures) {
    const { row } = failure;
    yield toRowLetter(toSource(parts, task), toRowOrigin(task, firstRow + row), failure, source(row));
  }
}

function toRowOrigin({ message, origin }: Task, row: number): RowOrigin {
  const { messageId, firstRow } = origin;
  return { messageId, publishTime: message.publishTime, row: firstRow + row };
}

function toSource({ topics }: MessageScorerParts, { message, origin }: Task): LetterSource {
  const { messageId: id, letterId } = origin;
  return { ...message, id, letterId, topic: topics.features };
}
