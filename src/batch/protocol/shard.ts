import { climb, markShard } from './markers.ts';
import type { ShardMessage } from './message.ts';
import { arriveAt, assertEngine, type OpenJob } from './open-job.ts';
import { perform, type Steps } from './operation.ts';
import { isHead } from './plan.ts';
import { inputGone, type Outcome, type Turn, takeTurn } from './turn.ts';
import { walk } from './walk.ts';

/**
 * Scores a shard: the parts that begin in its range of bytes, from a guess of where the first record there
 * begins. A wrong guess costs time, never a wrong result: the finisher's chain does not come by the part.
 *
 * @throws ScorerError, retryable, when the message must come again
 */
export function* scoreShard(turn: Turn, message: ShardMessage, shard: number): Steps<Outcome> {
  turn.successor = message;
  return yield* takeTurn(turn, function* () {
    const arrival = yield* arriveAt(message);
    if (arrival === undefined || arrival.job !== undefined || shard >= arrival.open.plan.shards) {
      return { event: 'nothing' };
    }
    yield* scoreOpenShard(turn, arrival.open, shard);
    return { event: 'scored' };
  });
}

function* scoreOpenShard(turn: Turn, open: OpenJob, shard: number): Steps<void> {
  assertEngine(open, turn.settings.engine);
  if ((yield* perform('stat', { uri: open.names.marker(0, shard) })) === undefined) {
    const bound = (shard + 1) * open.plan.shard_bytes;
    const from = yield* findStart(open, shard * open.plan.shard_bytes, bound);
    // what refuses a part here is met by the finisher again, if the part is on the chain
    const { parts } = from === undefined ? { parts: [] } : yield* walk(turn, open, from, bound, new Map());
    yield* markShard(turn, open, shard, parts);
  }
  yield* climb(turn, open, shard);
}

/** Where the first record of a range begins, if one does; only that after the header is certain. */
function* findStart({ plan }: OpenJob, from: number, to: number): Steps<number | undefined> {
  if (!isHead(plan.head) || plan.head.start >= to) return undefined;
  if (plan.head.start >= from) return plan.head.start;
  const guess = yield* perform('guess', { plan, from, to });
  if (guess === 'gone') throw inputGone(plan.input.uri);
  return guess !== undefined && guess >= from && guess < to ? guess : undefined;
}
