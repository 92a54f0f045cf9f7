import { composePullSubscription, isPubSubSubscription } from '../src/compose.ts';
import type { Config } from '../src/config.ts';
import { ScorerError, show } from '../src/errors.ts';
import type { PulledMessage, PullSubscription } from '../src/ports/pull-subscription.ts';
import type { Flag } from './command.ts';
import { checkTopic } from './settings.ts';

/** Letters pulled at once. */
const BATCH = 100;

/** A pull that gives nothing does not prove that nothing is there: so many in a row do. */
export const EMPTY_PULLS = 2;

/** Letters looked at, unless `--limit` says otherwise. */
const DEFAULT_LIMIT = 10_000;

/** The flags that all commands for dead letters take. */
export const LETTER_FLAGS = {
  code: { value: 'CODE', help: 'only letters with this error code' },
  limit: { value: 'N', help: `look at N letters at most (default: ${DEFAULT_LIMIT})` },
  data: { value: 'DIR', help: 'the data folder of serve (default: .scorestream)' },
} as const satisfies Readonly<Record<string, Flag>>;

/** What became of a walk over letters. */
export interface Walk {
  /** How many were looked at. */
  readonly count: number;
  /** Whether it ended at the limit: there may be more. */
  readonly isCut: boolean;
}

/**
 * Opens a subscription of dead letters.
 *
 * @throws ScorerError `USAGE` for a local name that no topic has
 */
export async function openLetters(config: Config, name: string): Promise<PullSubscription> {
  if (!isPubSubSubscription(config, name)) checkTopic(name, config);
  return composePullSubscription(config, name);
}

/** @throws ScorerError `USAGE` */
export function toLimit(text: string | boolean | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ScorerError(`--limit is ${show(text)}: expected a number of letters.`, { code: 'USAGE' });
}

/**
 * Hands all letters on in batches, and gives those that were not acknowledged back at the end, however it ends:
 * they can be pulled again at once. A Ctrl-C ends it after the batch under way.
 *
 * @param look returns the ids of the deliveries to acknowledge
 */
export async function walkLetters(
  subscription: PullSubscription,
  limit: number,
  look: (letters: readonly PulledMessage[]) => Promise<readonly string[]>,
): Promise<Walk> {
  const held = new Set<string>();
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  let count = 0;
  try {
    for (let empty = 0; empty < EMPTY_PULLS && count < limit && !stop.signal.aborted; ) {
      const letters = await subscription.pull(Math.min(BATCH, limit - count));
      empty = letters.length === 0 ? empty + 1 : 0;
      count += letters.length;
      for (const { ackId } of letters) held.add(ackId);
      const done = await look(letters);
      await subscription.acknowledge(done);
      for (const ackId of done) held.delete(ackId);
    }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await release(subscription, [...held]);
    await subscription.close();
  }
  return { count, isCut: count >= limit || stop.signal.aborted };
}

async function release(subscription: PullSubscription, ackIds: readonly string[]): Promise<void> {
  for (let start = 0; start < ackIds.length; start += 1000) {
    await subscription.release(ackIds.slice(start, start + 1000));
  }
}
