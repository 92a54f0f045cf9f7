import { ERRORS_HEADER } from '../../encode/csv.ts';
import type { Reason } from '../judge.ts';
import type { Piece } from './compose-tree.ts';
import type { OpenJob } from './open-job.ts';
import { perform, performAll, type Steps } from './operation.ts';
import type { Part, PartData } from './part.ts';
import { checkTime, type Turn, workGone } from './turn.ts';

/** Parts of which the bad rows are written at once, and between two looks at the time. */
const REWRITES = 16;
const BATCH = 64;

/** A failed file tells so many of its rows' reasons. */
const MAX_REASONS = 20;

/** The bad rows of a part, and what their lines are counted from. */
interface BadRows {
  readonly part: Part;
  readonly errors: PartData;
  /** The line of the input with which the part begins. */
  readonly lines: number;
}

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
  const { names, plan } = open;
  const found = yield* perform('list', { prefix: names.errors });
  const pieces = new Map<string, Piece>(found.map(({ uri, size, crc32c }) => [uri, { uri, size, crc32c }]));
  if (!pieces.has(names.errorsHead)) pieces.set(names.errorsHead, yield* writeHead(turn, names.errorsHead));
  const wanted = badRowsOf(parts, firstLine).map((bad) => ({
    ...bad,
    uri: names.errorsPart(bad.part.start),
  }));
  const missing = wanted.filter(({ uri }) => !pieces.has(uri));
  for (let at = 0; at < missing.length; at += BATCH) {
    yield* checkTime(turn);
    const given = missing
      .slice(at, at + BATCH)
      .map(({ errors, lines, uri }) => ({ plan, source: names.data + errors.name, lines, uri }));
    const results = yield* performAll('errorsPart', given, REWRITES);
    for (const result of results) {
      if (result === 'gone') throw workGone(names.data);
      pieces.set(result.uri, { uri: result.uri, size: result.size, crc32c: result.crc32c });
    }
    turn.progressed = true;
  }
  return [names.errorsHead, ...wanted.map(({ uri }) => uri)].map((uri) => {
    const piece = pieces.get(uri);
    if (piece === undefined) throw workGone(uri);
    return piece;
  });
}

/** The first reasons of the rows that fail, in the order of the input. */
export function* readReasons(
  open: OpenJob,
  parts: readonly Part[],
  firstLine: number,
): Steps<readonly Reason[]> {
  const reasons: Reason[] = [];
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

function* writeHead(turn: Turn, uri: string): Steps<Piece> {
  const bytes = Buffer.from(ERRORS_HEADER);
  const { written, object } = yield* perform('create', { uri, bytes, contentType: 'text/csv' });
  if (written) turn.progressed = true;
  if (object === undefined) throw workGone(uri);
  return { uri, size: object.size, crc32c: object.crc32c };
}
