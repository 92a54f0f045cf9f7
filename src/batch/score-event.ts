import { randomBytes } from 'node:crypto';
import { toMessageLetter } from '../encode/dead-letter.ts';
import { ScorerError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from '../ports/delivery.ts';
import type { Logger } from '../ports/logger.ts';
import type { Publisher } from '../ports/publisher.ts';
import type { Storage } from '../ports/storage.ts';
import type { Scorer } from '../serving/scorer.ts';
import { isInputName, isOutputUri } from './names.ts';
import { type ObjectEvent, toObjectEvent } from './object-event.ts';
import { drive, type Operators, toExecute } from './protocol/drive.ts';
import { finishMessage } from './protocol/finish.ts';
import { decodeShardMessage, encodeShardMessage } from './protocol/message.ts';
import { scoreNotified } from './protocol/notification.ts';
import type { Steps } from './protocol/operation.ts';
import { scoreShard } from './protocol/shard.ts';
import { type BatchSettings, createTurn, type Outcome, type Turn } from './protocol/turn.ts';
import { createDeliveryTime } from './shell/delivery-time.ts';
import { createEngineOperators } from './shell/engine-operators.ts';
import { logOutcome } from './shell/log-outcome.ts';
import { createStorageOperators } from './shell/storage-operators.ts';

/** What scoring objects needs. */
export interface BatchParts {
  readonly scorer: Scorer;
  readonly storage: Storage;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly modelUri: string;
  readonly inputPrefix: string;
  /** The folder of all results as the URIs of its objects begin, without a slash at its end. */
  readonly outputBase: string;
  readonly settings: BatchSettings;
  readonly topics: { readonly objects: string; readonly shards: string; readonly deadLetters: string };
  /** How long a delivery may take. */
  readonly deliveryTimeoutMs: number;
}

/** Works on one delivery; resolves when it may be acknowledged. */
export type ScoreDelivery = (message: Delivery, signal: AbortSignal) => Promise<void>;

/** What scores objects, delivery by delivery. */
export interface BatchScorer {
  /**
   * Plans the job of the object that a notification names, or goes on with it; a small object is scored at once.
   * What is no CSV under the prefix, or gone, is logged and done with; what is no notification becomes a dead letter.
   *
   * Rejects with a retryable ScorerError when the trouble is ours: the notification must come again.
   */
  readonly notified: ScoreDelivery;
  /** Does one step of a job: scores a shard of it, or joins them. What is no such message becomes a dead letter. */
  readonly shard: ScoreDelivery;
}

/** Creates {@link BatchScorer}. */
export function createBatchScorer(parts: BatchParts): BatchScorer {
  return {
    notified: (message, signal) =>
      deliver(parts, message, parts.topics.objects, signal, (turn) => {
        const event = toObjectEvent(message.attributes);
        const { bucket, name, generation } = event;
        const skipped = toSkipped(event, parts);
        if (skipped !== undefined) {
          parts.logger.log('INFO', 'OBJECT_SKIPPED', skipped, { ...event });
          return undefined;
        }
        const uri = parts.storage.uri(bucket, name);
        const planId = randomBytes(8).toString('hex');
        return scoreNotified(turn, { version: { bucket, name, generation }, uri, planId });
      }),
    shard: (message, signal) =>
      deliver(parts, message, parts.topics.shards, signal, (turn) => {
        const step = decodeShardMessage(message.data, parts.settings.outputUri);
        return step.shard === 'finish' ? finishMessage(turn, step) : scoreShard(turn, step, step.shard);
      }),
  };
}

/** Why a notification asks for nothing; undefined where it asks for scoring. */
function toSkipped({ type, name, bucket }: ObjectEvent, parts: BatchParts): string | undefined {
  if (type !== 'OBJECT_FINALIZE') return 'The notification tells of no object that was written.';
  if (!isInputName(name)) return 'Only .csv and .csv.gz files are scored.';
  if (!name.startsWith(parts.inputPrefix)) return 'Its name does not begin with INPUT_PREFIX.';
  // else a bucket that has both inputs and results would score its results, for ever
  const isResult = isOutputUri(parts.storage.uri(bucket, name), parts.outputBase);
  return isResult ? 'It is a result of a job.' : undefined;
}

/** @param begin tells the delivery's steps; undefined when it asks for nothing */
async function deliver(
  parts: BatchParts,
  message: Delivery,
  topic: string,
  signal: AbortSignal,
  begin: (turn: Turn) => Steps<Outcome> | undefined,
): Promise<void> {
  const operators = createOperators(parts, message, topic, signal);
  try {
    if (message.problem !== undefined) throw message.problem;
    const steps = begin(createTurn(parts.settings, message.attempt ?? 1));
    if (steps !== undefined) logOutcome(parts.logger, message, await drive(steps, toExecute(operators)));
  } catch (error) {
    if (!(error instanceof ScorerError) || error.retryable) throw error;
    await operators.refuse({ kind: 'refuse', error });
    logOutcome(parts.logger, message, { event: 'refused', error });
  }
}

function createOperators(
  { storage, publisher, scorer, clock, modelUri, topics, deliveryTimeoutMs }: BatchParts,
  message: Delivery,
  topic: string,
  signal: AbortSignal,
): Operators {
  const time = createDeliveryTime(deliveryTimeoutMs, () => clock.nowMs(), signal);
  return {
    ...createStorageOperators(storage, signal),
    ...createEngineOperators({ storage, scorer, modelUri, time }),
    async publish({ messages }) {
      const data = messages.map((each) => ({ data: encodeShardMessage(each), attributes: {} }));
      await publisher.publish(topics.shards, data, { signal });
    },
    async letter({ letter }) {
      await publisher.publish(topics.deadLetters, [letter], { signal });
    },
    async refuse({ error }) {
      await publisher.publish(topics.deadLetters, [toMessageLetter({ ...message, topic }, error)], {
        signal,
      });
    },
    isLate: async () => time.isLate(),
    now: async () => new Date(clock.nowMs()).toISOString(),
  };
}
