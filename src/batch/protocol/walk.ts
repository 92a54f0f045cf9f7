import { ScorerError } from '../../errors.ts';
import type { OpenJob } from './open-job.ts';
import { perform, type Steps } from './operation.ts';
import { decodePart, encodePart, type Part } from './part.ts';
import type { Refusal } from './plan.ts';
import { checkTime, inputGone, type Turn, workGone } from './turn.ts';

/** A chain of parts, each beginning where the one before ends. */
export interface Chain {
  readonly parts: readonly Part[];
  /** Why the chain can't go on: the file then fails, if this is its chain. */
  readonly refusal: Refusal | undefined;
}

/**
 * Goes from part to part, and scores those that have no record yet, until a part begins at or after `bound` or
 * the input ends.
 *
 * @param from where the first part begins
 * @param known parts that need not be read, by where they begin
 */
export function* walk(
  turn: Turn,
  open: OpenJob,
  from: number,
  bound: number,
  known: ReadonlyMap<number, Part>,
): Steps<Chain> {
  const parts: Part[] = [];
  let offset = from;
  while (offset < bound) {
    const part = known.get(offset) ?? (yield* takePart(turn, open, offset));
    if ('code' in part) return { parts, refusal: part };
    parts.push(part);
    if (part.last) break;
    offset = part.end;
  }
  return { parts, refusal: undefined };
}

/** The part that begins at a byte, scored now where nobody has. */
function* takePart(turn: Turn, open: OpenJob, offset: number): Steps<Part | Refusal> {
  const uri = open.names.record(offset);
  const stored = yield* perform('read', { uri });
  if (stored !== undefined) return toPartAt(decodePart(stored.bytes), offset);
  // a worker that slept until the job was over must not begin its objects anew
  if ((yield* perform('stat', { uri: open.results.job })) !== undefined) throw workGone(uri);
  yield* checkTime(turn);
  const scored = yield* perform('score', { plan: open.plan, from: offset, data: open.names.data });
  if (scored === 'gone') throw inputGone(open.plan.input.uri);
  if ('code' in scored) return scored;
  const bytes = encodePart(scored);
  const part = toPartAt(decodePart(bytes), offset);
  const result = yield* perform('create', { uri, bytes, contentType: 'application/json' });
  if (result.written) {
    turn.progressed = true;
    return part;
  }
  const first = yield* perform('read', { uri });
  if (first === undefined) throw workGone(uri);
  return toPartAt(decodePart(first.bytes), offset);
}

function toPartAt(part: Part, offset: number): Part {
  if (part.start === offset) return part;
  throw new ScorerError(`The part at ${offset} says that it starts at ${part.start}.`, { code: 'INTERNAL' });
}
