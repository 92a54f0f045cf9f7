import { type Letter, toMessageLetter, toObjectLetter } from '../encode/dead-letter.ts';
import { isNotFound, ScorerError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from '../ports/delivery.ts';
import type { Logger } from '../ports/logger.ts';
import type { Publisher } from '../ports/publisher.ts';
import type { ObjectInfo, Storage } from '../ports/storage.ts';
import type { Scorer } from '../serving/scorer.ts';
import { encodeJob, type Job } from './job.ts';
import { isCsvName, toJobId, toOutputFolder } from './names.ts';
import { type ObjectEvent, toObjectEvent } from './object-event.ts';
import { findJob, scoreObject } from './score-object.ts';

/** What scoring objects needs. */
export interface ObjectScorerParts {
  readonly scorer: Scorer;
  readonly storage: Storage;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly modelUri: string;
  readonly outputUri: string;
  readonly inputPrefix: string;
  readonly topics: { readonly objects: string; readonly deadLetters: string };
}

/**
 * Scores the object that a notification names, once: a delivery that finds `job.json` does nothing.
 * What is no CSV under the prefix, or gone, is logged and done with; what is no notification becomes a
 * dead letter.
 *
 * Rejects with a retryable ScorerError when the trouble is ours: the notification must come again.
 */
export type ScoreObjectMessage = (message: Delivery, signal: AbortSignal) => Promise<void>;

/** Creates {@link ScoreObjectMessage}. */
export function createObjectScorer(parts: ObjectScorerParts): ScoreObjectMessage {
  return async (message, signal) => {
    try {
      const event = toObjectEvent(message.attributes);
      if (isAskedFor(event, parts.inputPrefix)) await scoreOnce(parts, event, signal);
      else parts.logger.log('INFO', 'OBJECT_SKIPPED', 'The notification asks for nothing.', { ...event });
    } catch (error) {
      if (!(error instanceof ScorerError) || error.retryable) throw error;
      parts.logger.log(
        'WARNING',
        'MESSAGE_REFUSED',
        'A message is no notification of an object that can be read.',
        {
          code: error.code,
          messageId: message.id,
        },
      );
      await publish(
        parts,
        toMessageLetter({ ...message, topic: parts.topics.objects }, message.problem ?? error),
        signal,
      );
    }
  };
}

function isAskedFor({ type, name }: ObjectEvent, prefix: string): boolean {
  return type === 'OBJECT_FINALIZE' && isCsvName(name) && name.startsWith(prefix);
}

async function scoreOnce(parts: ObjectScorerParts, event: ObjectEvent, signal: AbortSignal): Promise<void> {
  const uri = parts.storage.uri(event.bucket, event.name);
  const folder = toOutputFolder(parts.outputUri, event);
  const known = await findJob(parts.storage, folder, signal);
  const job = known ?? (await scoreVersion(parts, event, uri, folder, signal));
  if (job === undefined) return;
  if (job.job !== toJobId(event)) {
    throw new ScorerError(`${folder} already holds the results of another object.`, {
      code: 'OUTPUT_CONFLICT',
    });
  }
  if (job.state === 'failed') await publish(parts, toJobLetter(job, parts.topics.objects), signal);
  if (known === undefined) logJob(parts.logger, job, uri, folder);
}

async function scoreVersion(
  parts: ObjectScorerParts,
  event: ObjectEvent,
  uri: string,
  folder: string,
  signal: AbortSignal,
): Promise<Job | undefined> {
  const { scorer, storage, clock, modelUri } = parts;
  try {
    const input: ObjectInfo = await storage.stat(uri, { generation: event.generation, signal });
    return await scorer.withModel(
      (model) => {
        const task = { id: toJobId(event), input, folder, model, modelUri, replace: false };
        return scoreObject(storage, clock, task, signal);
      },
      { signal },
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
    parts.logger.log(
      'INFO',
      'OBJECT_SUPERSEDED',
      'This version of the object is gone: deleted or overwritten.',
      {
        uri,
        generation: event.generation,
      },
    );
    return undefined;
  }
}

/** Made from the job alone: a redelivery makes the same. */
function toJobLetter(job: Job, topic: string): Letter {
  const { code = 'INTERNAL', message = '' } = job.error ?? {};
  return toObjectLetter(encodeJob(job), { id: job.job, code, message, topic });
}

async function publish(parts: ObjectScorerParts, letter: Letter, signal: AbortSignal): Promise<void> {
  await parts.publisher.publish(parts.topics.deadLetters, [letter], { signal });
}

function logJob(logger: Logger, job: Job, uri: string, folder: string): void {
  if (job.state === 'succeeded') {
    logger.log('INFO', 'JOB_SUCCEEDED', `Scored ${uri}.`, { job: job.job, uri, folder, rows: job.rows });
    return;
  }
  logger.log('ERROR', 'JOB_FAILED', `${uri} failed as a whole.`, {
    job: job.job,
    uri,
    folder,
    code: job.error?.code,
  });
}
