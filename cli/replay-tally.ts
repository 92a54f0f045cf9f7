import type { SkipReason } from '../src/encode/replay.ts';
import type { ScorerError } from '../src/errors.ts';

/** Why a letter is left; `back` when it came back while the replay ran. */
export type LeftReason = SkipReason | 'back';

const ADVICE: Readonly<Record<LeftReason, string>> = {
  object: 'are files: drop them again',
  'failed again': 'failed again after a replay: look at them, then --again',
  'no source': 'do not say where they came from: name a topic with --to',
  back: 'came back while this ran: what was wrong is not mended',
};

/** Counts what became of letters. */
export interface ReplayTally {
  readonly replayed: Map<string, number>;
  readonly left: Map<LeftReason, number>;
  failed: number;
  /** The first failure. */
  failure: ScorerError | undefined;
}

/** Creates a {@link ReplayTally} of nothing. */
export function createReplayTally(): ReplayTally {
  return { replayed: new Map(), left: new Map(), failed: 0, failure: undefined };
}

/** Counts one more. */
export function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** What was done, a line for each code and topic, and what was left, a line for each reason; empty for nothing. */
export function toTallyText({ replayed, left }: ReplayTally, isDry: boolean): string {
  const verb = isDry ? 'Would replay' : 'Replayed';
  const lines = [...replayed].map(([line, count]) => `${verb} ${count} × ${line}.\n`);
  return [...lines, ...[...left].map(([why, count]) => `Left ${count} that ${ADVICE[why]}.\n`)].join('');
}
