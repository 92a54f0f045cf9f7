import type { Letter } from '../../encode/dead-letter.ts';
import type { ScorerError } from '../../errors.ts';
import type { ObjectInfo, RemoveResult, WriteResult } from '../../ports/storage.ts';
import type { JobReason } from '../job.ts';
import type { ShardMessage } from './message.ts';
import type { Part } from './part.ts';
import type { Head, Plan, PlanModel, Refusal } from './plan.ts';

/** What an operation reads is not there (any more): the input's generation, or a part's data. */
export type Gone = 'gone';

/** The content of a small object. */
export interface Stored {
  readonly bytes: Uint8Array;
  readonly generation: string;
}

/** Everything that the protocol asks of the world, by kind: what it hands over and what it gets. */
export interface Catalogue {
  // storage: what fails for a while throws a retryable ScorerError
  /** The content of a small object; undefined when it is not there. */
  readonly read: Kind<{ uri: string }, Stored | undefined>;
  /** What is known of an object, or of one generation of it; undefined when it is not there. */
  readonly stat: Kind<{ uri: string; generation?: string }, ObjectInfo | undefined>;
  /** Writes an object unless it is there already (`ifGenerationMatch: 0`). */
  readonly create: Kind<{ uri: string; bytes: Uint8Array; contentType?: string }, WriteResult>;
  /** All objects whose URIs begin with a prefix, ascending. */
  readonly list: Kind<{ prefix: string }, readonly ObjectInfo[]>;
  /** Joins 1 to 32 objects unless the target is there already. */
  readonly compose: Kind<
    { uri: string; sources: readonly string[]; contentType?: string },
    WriteResult | Gone
  >;
  /** Removes what is there, or one generation of it alone. */
  readonly remove: Kind<{ uri: string; generation?: string }, RemoveResult>;
  /** Whether the object's bucket answers: if not, nothing can be said of its objects. */
  readonly answers: Kind<{ uri: string }, boolean>;
  // messages: done when accepted
  /** Publishes on the topic of shards, 1,000 messages at most. */
  readonly publish: Kind<{ messages: readonly ShardMessage[] }, void>;
  /** Publishes a dead letter. */
  readonly letter: Kind<{ letter: Letter }, void>;
  /** Publishes the delivery's own message as a dead letter. */
  readonly refuse: Kind<{ error: ScorerError }, void>;
  // the delivery
  /** Whether so little of the delivery's time is left that nothing more should be begun. */
  readonly isLate: Kind<object, boolean>;
  /** RFC 3339. */
  readonly now: Kind<object, string>;
  // the engine
  /** The model that is served here. */
  readonly model: Kind<object, PlanModel>;
  /** Reads the head of a generation of an object, or tells why it has none. */
  readonly head: Kind<{ input: ObjectInfo }, Head | Refusal | Gone>;
  /** Bytes of a shard of the input whose head was read: the limit, or fewer where the served model is slow. */
  readonly shardBytes: Kind<{ limit: number }, number>;
  /** Holds the header and the first 1,000 rows against the plan's model; undefined when nothing is wrong. */
  readonly judge: Kind<{ plan: Plan }, Judgement | undefined | Gone>;
  /** Guesses where the first record of [from, to) begins, reading from the byte before; undefined when none does. */
  readonly guess: Kind<{ plan: Plan; from: number; to: number }, number | undefined | Gone>;
  /**
   * Scores from a byte: the records up to the first that begins at or after the next multiple of `shard_bytes`
   * after `from` (a compressed input has no such bound: each part is inflated from the beginning), or to the
   * end of the input; after at least one record, the delivery's time may end it too.
   * Has uploaded the part's data when it is done, into the folder `data` and under a fresh uuid.
   */
  readonly score: Kind<{ plan: Plan; from: number; data: string }, Part | Refusal | Gone>;
  /** Writes the bad rows of a part, their lines raised by `lines`, unless the target is there already. */
  readonly errorsPart: Kind<{ plan: Plan; source: string; lines: number; uri: string }, ObjectInfo | Gone>;
  /** The first bad rows of a part, their lines raised by `lines`; at most `limit`. */
  readonly reasons: Kind<{ source: string; lines: number; limit: number }, readonly JobReason[] | Gone>;
}

/** What an operation of a kind hands over, and what it gets. */
interface Kind<Given, Result> {
  readonly given: Readonly<Given>;
  readonly result: Result;
}

/** Why a file fails, with the rows that show it. */
export interface Judgement extends Refusal {
  readonly reasons?: readonly JobReason[];
}

/** A kind of operation. */
export type OperationKind = keyof Catalogue;

/** One operation, as data. */
export type Operation<K extends OperationKind = OperationKind> = {
  readonly [Each in K]: { readonly kind: Each } & Catalogue[Each]['given'];
}[K];

/** What an operation of a kind gets. */
export type Result<K extends OperationKind> = Catalogue[K]['result'];

/** Operations to run, at most `bound` at once; their results come back in the same order. */
export interface Request {
  readonly operations: readonly Operation[];
  readonly bound: number;
}

/** A decision that unfolds: yields what it wants done, is given the results, and comes to a `T`. */
export type Steps<T> = Generator<Request, T, readonly unknown[]>;

/** Does one operation. */
export function* perform<K extends OperationKind>(kind: K, given: Catalogue[K]['given']): Steps<Result<K>> {
  const [result] = yield* performAll(kind, [given], 1);
  return result as Result<K>; // one was asked for
}

/** Does several operations of a kind, at most `bound` at once. */
export function* performAll<K extends OperationKind>(
  kind: K,
  given: readonly Catalogue[K]['given'][],
  bound: number,
): Steps<readonly Result<K>[]> {
  const operations = given.map((each) => ({ kind, ...each }) as Operation);
  return (yield { operations, bound }) as readonly Result<K>[]; // what drives gives each its kind's result
}
