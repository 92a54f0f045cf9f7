import { isFullTopicName, parseSubscriptionName } from '../pubsub-names.ts';

/** A letter as it lies on the topic of dead letters. */
export interface StoredLetter {
  readonly messageId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A topic, or a subscription whose topic it is. */
export type Source = { readonly topic: string } | { readonly subscription: string; readonly project: string };

/** What becomes of a letter that is to be replayed. */
export type ReplayPlan =
  | {
      readonly action: 'publish';
      /** The topic that it came from; a subscription's, where only that is known. */
      readonly to: Source;
      readonly attributes: Readonly<Record<string, string>>;
    }
  | { readonly action: 'skip'; readonly why: SkipReason };

/** How letters are replayed. */
export interface ReplayOptions {
  /** Whether what failed after a replay is replayed once more. */
  readonly again: boolean;
  /** Whether the letters are local: only then is a short name of a topic that of a local one. */
  readonly areLocal: boolean;
  /** The topic to publish to. @default the one that a letter came from */
  readonly to?: string;
}

/** Tells the letters that replays of one run make again from those that were there before. */
export interface ReplayRun {
  /** Notes what is replayed. @param attributes of the replacement */
  replays(attributes: Readonly<Record<string, string>>): void;
  /** True for a letter that something replayed in this run has come back as: replaying it too would never end. */
  hasMade(letter: StoredLetter): boolean;
}

/** Creates a {@link ReplayRun}; it holds the id of each letter that was replayed. */
export function createReplayRun(): ReplayRun {
  const ids = new Set<string>();
  return {
    replays({ 'replayed-from': from = '', 'replayed-row': row }) {
      ids.add(row === undefined ? from : `${from}/${row}`);
    },
    hasMade({ attributes }) {
      const from = attributes['replayed-from'];
      if (from === undefined) return false;
      return ids.has(from) || ids.has(attributes['dead-letter-id'] ?? '');
    },
  };
}

/** Why a letter is not replayed. */
export type SkipReason = 'object' | 'failed again' | 'no source';

/** The code by which letters are told that Pub/Sub itself moved: every delivery of them was answered with trouble. */
export const UNDELIVERED = 'UNDELIVERED';

const OURS = /^(?:error-|source-|dead-letter-|CloudPubSubDeadLetter)/;

/** What a letter is about: the code of its error, and its kind. */
export function describeLetter({ attributes }: StoredLetter): {
  readonly code: string;
  readonly kind: string;
} {
  const isMoved = attributes['CloudPubSubDeadLetterSourceSubscription'] !== undefined;
  return {
    code: attributes['error-code'] ?? (isMoved ? UNDELIVERED : 'UNKNOWN'),
    kind: attributes['dead-letter-kind'] ?? (isMoved ? 'delivery' : 'other'),
  };
}

/**
 * Decides what becomes of a letter. Its replacement carries `replayed-from`, the id of the message that the row first
 * came with, and `replayed-row`, its place there, so that its prediction has the id that it would have had. Files are
 * not replayed, nor is, unless `again`, what failed after a replay already.
 */
export function planReplay(letter: StoredLetter, { again, areLocal, to: topic }: ReplayOptions): ReplayPlan {
  const { attributes } = letter;
  if (attributes['dead-letter-kind'] === 'object') return { action: 'skip', why: 'object' };
  if (attributes['replayed-from'] !== undefined && !again) return { action: 'skip', why: 'failed again' };
  const to = topic === undefined ? sourceOf(attributes, areLocal) : { topic };
  if (to === undefined) return { action: 'skip', why: 'no source' };
  return { action: 'publish', to, attributes: toAttributes(letter) };
}

/**
 * Where a letter came from. The short name of a topic says nothing outside the machine where it was written (it may be
 * no more than the default of a setting), so of letters on Pub/Sub the subscription is asked instead.
 */
function sourceOf(attributes: StoredLetter['attributes'], areLocal: boolean): Source | undefined {
  const topic = attributes['source-topic'];
  if (topic !== undefined && (areLocal || isFullTopicName(topic))) return { topic };
  const pushed = parseSubscriptionName(attributes['source-subscription'] ?? '');
  if (pushed !== undefined) return pushed;
  const subscription = attributes['CloudPubSubDeadLetterSourceSubscription'];
  const project = attributes['CloudPubSubDeadLetterSourceSubscriptionProject'];
  return subscription === undefined || project === undefined ? undefined : { subscription, project };
}

/** Its own attributes without ours, and where it first came from. Of what Pub/Sub moved the first id is not known. */
function toAttributes({ messageId, attributes }: StoredLetter): Readonly<Record<string, string>> {
  const own = Object.fromEntries(Object.entries(attributes).filter(([key]) => !OURS.test(key)));
  const { 'source-message-id': sourceId, 'source-row': row } = attributes;
  if (attributes['dead-letter-kind'] === 'row' && sourceId !== undefined && row !== undefined) {
    return { ...own, 'replayed-from': sourceId, 'replayed-row': row };
  }
  return { 'replayed-from': sourceId ?? messageId, ...own };
}
