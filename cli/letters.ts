import { isPubSubSubscription } from '../src/compose.ts';
import type { Config } from '../src/config.ts';
import { ScorerError, show } from '../src/errors.ts';
import type { PulledMessage, PullSubscription } from '../src/ports/pull-subscription.ts';
import { parseSubscriptionName } from '../src/pubsub-names.ts';
import { type Flag, usage } from './command.ts';
import { checkTopic } from './settings.ts';

/** Letters pulled at once. */
const BATCH = 100;

/** A pull that gives nothing does not prove that nothing is there: so many in a row do. */
export const EMPTY_PULLS = 2;

/** Letters looked at, unless `--limit` says otherwise. */
const DEFAULT_LIMIT = 10_000;

/** More would be held longer than their leases last, and come again. */
const MAX_LIMIT = 100_000;

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
  /** Why it ended: nothing came any more, so many were asked for, Ctrl-C, or the failure. */
  readonly end: 'all' | 'limit' | 'stopped' | 'failed';
  readonly failure?: ScorerError;
}

/**
 * Refuses what can't be the name of a subscription.
 *
 * @throws ScorerError `USAGE` for a local name that no topic has, or a full name of something else
 */
export function checkSubscription(name: string, config: Config): void {
  if (!isPubSubSubscription(config, name)) {
    checkTopic(name, config);
    return;
  }
  if (!name.includes('/') || parseSubscriptionName(name) !== undefined) return;
  throw usage(`${show(name)} is no subscription: expected projects/PROJECT/subscriptions/NAME.`);
}

/** @throws ScorerError `USAGE` */
export function toLimit(text: string | boolean | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.NaN;
  if (limit <= MAX_LIMIT) return limit;
  throw usage(`--limit is ${show(text)}: expected a number of letters, at most ${MAX_LIMIT}.`);
}

/**
 * Hands all letters on in batches, and gives those that were not acknowledged back at the end, however it ends:
 * they can be pulled again at once. A Ctrl-C ends it after the batch under way, a second one ends the process.
 * A failure is returned: what was done before it is to be told.
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
  const walk = async (): Promise<void> => {
    for (let empty = 0; empty < EMPTY_PULLS && count < limit && !stop.signal.aborted; ) {
      const letters = await subscription.pull(Math.min(BATCH, limit - count));
      empty = letters.length === 0 ? empty + 1 : 0;
      count += letters.length;
      for (const { ackId } of letters) held.add(ackId);
      const done = await look(letters);
      await subscription.acknowledge(done);
      for (const ackId of done) held.delete(ackId);
    }
  };
  try {
    const failure = await failureOf(walk());
    const unreleased = await failureOf(release(subscription, [...held]));
    const first = failure ?? unreleased;
    if (first instanceof ScorerError) return { count, end: 'failed', failure: first };
    if (first !== undefined) throw first; // a mistake of the program
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await subscription.close();
  }
  return { count, end: stop.signal.aborted ? 'stopped' : count >= limit ? 'limit' : 'all' };
}

/** Says why a walk ended before all letters were seen. @returns the exit code */
export function tellEnd({ count, end, failure }: Walk): number {
  if (failure !== undefined) process.stderr.write(`${failure.message}\n`);
  if (end === 'limit') {
    process.stdout.write(`Only the first ${count} letters were looked at, there may be more: see --limit.\n`);
  }
  if (end === 'stopped') process.stderr.write(`Stopped after ${count} letters.\n`);
  return end === 'failed' ? 1 : end === 'stopped' ? 130 : 0;
}

/** Says that there was nothing to show or do; empty when the walk did not come so far as to know. */
export function toNothing(name: string, { count, end }: Walk, code: string | boolean | undefined): string {
  if (count > 0 && code !== undefined) return `None of ${count} letters in ${name} has the code ${code}.\n`;
  return end === 'all' ? `No letter waits in ${name}.\n` : '';
}

/** Why something failed; undefined when it did not. */
async function failureOf(running: Promise<void>): Promise<unknown> {
  try {
    await running;
    return undefined;
  } catch (error) {
    return error;
  }
}

async function release(subscription: PullSubscription, ackIds: readonly string[]): Promise<void> {
  for (let start = 0; start < ackIds.length; start += 1000) {
    await subscription.release(ackIds.slice(start, start + 1000));
  }
}
