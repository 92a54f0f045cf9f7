import { ERRORS_HEADER } from '../../encode/csv.ts';
import type { ObjectInfo } from '../../ports/storage.ts';
import type { JobReason } from '../job.ts';
import type { Piece } from './compose-tree.ts';
import type { OpenJob } from './open-job.ts';
import { perform, performAll, type Steps } from './operation.ts';
import type { Part, PartData } from './part.ts';
import { checkTime, type Turn, toBatches, workGone } from './turn.ts';

/** Parts of which the bad rows are written at once. */
const REWRITES = 32;

/** A failed file tells so many of its rows' reasons. */
const MAX_REASONS = 20;

/** The bad rows of a part, and what their lines are counted from. */
interface BadRows {
  readonly part: Part;
  readonly errors: PartData;
  /** The line of the input with which the part begins. */
  readonly lines: number;
}

/** What is known of written pieces, by their names below the plan's folder. */
type Known = Map<string, Pick<ObjectInfo, 'size' | 'crc32c'>>;

/**
 * Writes the pieces of `errors.csv`: its header, and the bad rows of each part with the lines that they have
 * in the whole input, which only the chain tells. What a delivery before this one has written is listed, not
 * written again.
 */
export function* writeErrorParts(
  turn: Turn,
  open: OpenJob,
  parts: readonly Part[],
  firstLine: number,
): Steps<readonly Piece[]> {
  const { names } = open;
  const found = yield* perform('list', { prefix: names.errors });
  const known: Known = new Map(found.map((info) => [names.within(info.uri), info]));
  const bad = badRowsOf(parts, firstLine);
  if (!known.has(names.within(names.errorsHead))) yield* writeHead(turn, open, known);
  yield* writeMissing(turn, open, bad, known);
  return [names.errorsHead, ...bad.map(({ part }) => names.errorsPart(part.start))].map((uri) => {
    const piece = known.get(names.within(uri));
    if (piece === undefined) throw workGone(uri);
    return { uri, size: piece.size, crc32c: piece.crc32c };
  });
}

function* writeHead(turn: Turn, { names }: OpenJob, known: Known): Steps<void> {
  const uri = names.errorsHead;
  const bytes = Buffer.from(ERRORS_HEADER);
  const { written, object } = yield* perform('create', { uri, bytes, contentType: 'text/csv' });
  if (written) turn.progressed = true;
  if (object !== undefined) known.set(names.within(uri), object);
}

function* writeMissing(
  turn: Turn,
  { names, plan }: OpenJob,
  bad: readonly BadRows[],
  known: Known,
): Steps<void> {
  const wanted = bad.map(({ part, errors, lines }) => {
    return { plan, source: names.data + errors.name, lines, uri: names.errorsPart(part.start) };
  });
  const missing = wanted.filter(({ uri }) => !known.has(names.within(uri)));
  for (const batch of toBatches(turn, missing, REWRITES)) {
    yield* checkTime(turn);
    const results = yield* performAll('errorsPart', batch, REWRITES);
    for (const [place, result] of results.entries()) {
      const { source, uri } = batch[place] as (typeof batch)[number]; // a result for each
      if (result === 'gone') throw workGone(source);
      known.set(names.within(uri), result);
    }
    turn.progressed = true;
  }
}

/** The first reasons of the rows that fail, in the order of the input. */
export function* readReasons(
  open: OpenJob,
  parts: readonly Part[],
  firstLine: number,
): Steps<readonly JobReason[]> {
  const reasons: JobReason[] = [];
  for (const { errors, lines } of badRowsOf(parts, firstLine)) {
    const limit = MAX_REASONS - reasons.length;
    if (limit === 0) break;
    const found = yield* perform('reasons', { source: open.names.data + errors.name, lines, limit });
    if (found === 'gone') throw workGone(errors.name);
    reasons.push(...found);
  }
  return reasons;
}

function badRowsOf(parts: readonly Part[], firstLine: number): readonly BadRows[] {
  let lines = firstLine;
  return parts.flatMap((part) => {
    const before = lines;
    lines += part.lines;
    return part.errors === undefined ? [] : [{ part, errors: part.errors, lines: before }];
  });
}
