import { isNotFound, ScorerError, toScorerError } from '../../errors.ts';
import type { Job } from '../job.ts';
import type { ShardMessage } from './message.ts';
import { perform, type Steps } from './operation.ts';

/** What a deployment decides about its jobs. */
export interface BatchSettings {
  /** The folder of all results, without a slash at its end. */
  readonly outputUri: string;
  /** The version of the engine in this code. */
  readonly engine: number;
  /** Bytes of input that one shard scores, where this deployment plans. */
  readonly shardBytes: number;
  /** The part of the rows that may fail; undefined when all may. */
  readonly maxFailedRatio: number | undefined;
  /** What else the engine shall go by in the jobs that are planned here. */
  readonly engineOptions: Readonly<Record<string, unknown>>;
  /** The topic of object notifications, as dead letters name it. */
  readonly objectsTopic: string;
}

/** One delivery of a message, while it is worked on. */
export interface Turn {
  readonly settings: BatchSettings;
  /** How often the message was delivered, this time included; 1 where its subscription does not count. */
  readonly attempt: number;
  /** The message that goes on with the job when this delivery has to stop; undefined while there is none. */
  successor: ShardMessage | undefined;
  /** True once this delivery has created or removed anything. */
  progressed: boolean;
}

/** What came of a delivery that is to be acknowledged. */
export type Outcome =
  /** There was nothing to do: the job is over, or another plan's. */
  | { readonly event: 'nothing' }
  /** All shards that were open are published. */
  | { readonly event: 'planned'; readonly job: string; readonly uri: string; readonly shards: number }
  /** A shard is done. */
  | { readonly event: 'scored' }
  /** Another message goes on with it. */
  | { readonly event: 'handed-on' }
  /** The job is over, and this delivery removed its working objects. */
  | { readonly event: 'closed'; readonly job: Job; readonly folder: string }
  /** The input's generation is gone: deleted or overwritten. */
  | { readonly event: 'superseded'; readonly uri: string }
  /** The message was made a dead letter. */
  | { readonly event: 'refused'; readonly error: ScorerError };

/**
 * From this delivery on a message hands its job on as soon as it has got anywhere: a fresh message has all its
 * attempts, and no backoff, before it. Without that a long finish that is often killed would spend the attempts
 * of its one message, and hours between them, however much each of them achieved.
 */
const TIRED_ATTEMPT = 2;

/** Between two looks at the time, so many times what is done at once; of a tired message, once. */
const BATCH = 4;

/** A delivery whose objects went begins again once: most likely the job is over, and it sees that then. */
const MAX_ARRIVALS = 2;

/** Begins the turn of a delivery. */
export function createTurn(settings: BatchSettings, attempt: number): Turn {
  return { settings, attempt, successor: undefined, progressed: false };
}

/**
 * Stops a delivery whose time is nearly up, or whose message has been delivered so often that a fresh one had
 * better go on.
 *
 * @throws ScorerError `DEADLINE_EXCEEDED`, which {@link takeTurn} deals with
 */
export function* checkTime(turn: Turn): Steps<void> {
  const isEnough = isTired(turn) && turn.progressed && turn.successor !== undefined;
  if (!isEnough && !(yield* perform('isLate', {}))) return;
  throw new ScorerError('The time of this delivery is nearly over.', { code: 'DEADLINE_EXCEEDED' });
}

/**
 * Cuts much work into batches, between which the time is looked at.
 *
 * @param bound how much is done at once
 */
export function toBatches<T>(turn: Turn, work: readonly T[], bound: number): readonly (readonly T[])[] {
  const size = isTired(turn) ? bound : bound * BATCH;
  return Array.from({ length: Math.ceil(work.length / size) }, (_, index) =>
    work.slice(index * size, (index + 1) * size),
  );
}

function isTired({ attempt }: Turn): boolean {
  return attempt >= TIRED_ATTEMPT;
}

/** The input's generation is not there, as {@link takeTurn} understands it. */
export function inputGone(uri: string): ScorerError {
  return new ScorerError(`${uri} is gone: deleted or overwritten.`, {
    code: 'OBJECT_NOT_FOUND',
    detail: { input: uri },
  });
}

/** A working object is not there, as {@link takeTurn} understands it: most likely the job is over. */
export function workGone(uri: string): ScorerError {
  return new ScorerError(`${uri} is gone.`, { code: 'OBJECT_NOT_FOUND' });
}

/**
 * Works on a delivery, and decides what its troubles mean: a gone input supersedes the job; where a working
 * object is gone the delivery begins again, which ends it if the job is over; when the time is up, a message
 * that goes on is published if this delivery got anywhere; results of another job make it a dead letter.
 *
 * @param arrive what the delivery does, from its beginning
 * @throws ScorerError, retryable, when the message must come again
 */
export function* takeTurn(turn: Turn, arrive: () => Steps<Outcome>): Steps<Outcome> {
  for (let arrivals = 1; ; arrivals += 1) {
    try {
      return yield* arrive();
    } catch (thrown) {
      const error = toScorerError(thrown); // an abort is the end of the delivery's time, too
      const outcome = yield* settle(turn, error);
      if (outcome !== undefined) return outcome;
      if (arrivals < MAX_ARRIVALS) continue;
      throw new ScorerError(`The job can't go on: ${error.message}`, {
        code: 'STORAGE_FAILED',
        cause: error,
      });
    }
  }
}

/** What an error comes to; undefined where a working object is gone. */
function* settle(turn: Turn, error: ScorerError): Steps<Outcome | undefined> {
  if (error.code === 'DEADLINE_EXCEEDED' && turn.progressed && turn.successor !== undefined) {
    yield* perform('publish', { messages: [turn.successor] });
    return { event: 'handed-on' };
  }
  if (error.code === 'OUTPUT_CONFLICT') {
    yield* perform('refuse', { error });
    return { event: 'refused', error };
  }
  if (!isNotFound(error)) throw error.retryable ? error : toUnexpected(error);
  const input = error.detail['input'];
  if (typeof input !== 'string') return undefined;
  if (yield* perform('answers', { uri: input })) return { event: 'superseded', uri: input };
  throw new ScorerError(`The bucket of ${input} does not answer.`, { code: 'STORAGE_FAILED', cause: error });
}

/** What no rule speaks of is ours to mend: the message comes again. */
function toUnexpected(cause: ScorerError): ScorerError {
  return new ScorerError(`The delivery failed: ${cause.message}`, { code: 'INTERNAL', cause });
}
