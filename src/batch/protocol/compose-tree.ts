import { combineCrc32c } from '../../crc32c.ts';
import { ScorerError } from '../../errors.ts';
import type { ObjectInfo } from '../../ports/storage.ts';
import { FAN, type Tree } from './names.ts';
import type { OpenJob } from './open-job.ts';
import { type Operation, perform, performAll, type Steps } from './operation.ts';
import { checkTime, type Turn, toBatches, workGone } from './turn.ts';

/** Bytes that are in storage, or will be. */
export interface Piece {
  readonly uri: string;
  readonly size: number;
  /** CRC-32C; undefined where nobody knows it. */
  readonly crc32c: string | undefined;
}

/** Composes at once. */
const COMPOSES = 16;

/** The checksum of no bytes. */
const EMPTY_CRC = 'AAAAAA==';

/** Size and checksum of pieces one after the other. */
export function sumPieces(pieces: readonly Omit<Piece, 'uri'>[]): Omit<Piece, 'uri'> {
  let size = 0;
  let crc32c: string | undefined = EMPTY_CRC;
  for (const piece of pieces) {
    size += piece.size;
    crc32c =
      crc32c === undefined || piece.crc32c === undefined
        ? undefined
        : combineCrc32c(crc32c, piece.crc32c, piece.size);
  }
  return { size, crc32c };
}

/**
 * Joins pieces to one object by a tree of composes. Every node has its name from its place, so a delivery that
 * comes again makes only those that are missing.
 *
 * @param pieces at least one
 * @returns the object; undefined when one is there that holds something else
 */
export function* composeTree(
  turn: Turn,
  open: OpenJob,
  {
    tree,
    pieces,
    target,
  }: { readonly tree: Tree; readonly pieces: readonly Piece[]; readonly target: string },
): Steps<ObjectInfo | undefined> {
  const { names } = open;
  let nodes = pieces;
  if (nodes.length > FAN) {
    const made = new Set(
      (yield* perform('list', { prefix: names.tree(tree) })).map(({ uri }) => names.within(uri)),
    );
    for (let level = 1; nodes.length > FAN; level += 1) {
      const parents = groupsOf(nodes).map((group, index) => toNode(names.node(tree, level, index), group));
      yield* composeMissing(
        turn,
        parents.filter(({ piece }) => !made.has(names.within(piece.uri))),
      );
      nodes = parents.map(({ piece }) => piece);
    }
  }
  yield* checkTime(turn);
  const root = toNode(target, nodes);
  const result = yield* perform('compose', { ...root.given, contentType: 'text/csv' });
  if (result === 'gone') throw workGone(target);
  if (result.written) turn.progressed = true;
  const { object } = result;
  if (object === undefined) {
    throw new ScorerError(`${target} vanished while it was written.`, { code: 'STORAGE_FAILED' });
  }
  const { size, crc32c } = root.piece;
  const isSame = (object.crc32c ?? crc32c) === (crc32c ?? object.crc32c);
  return object.size === size && isSame
    ? { ...object, ...(crc32c === undefined ? {} : { crc32c }) }
    : undefined;
}

interface Node {
  readonly piece: Piece;
  readonly given: Omit<Operation<'compose'>, 'kind'>;
}

function toNode(uri: string, sources: readonly Piece[]): Node {
  return {
    piece: { uri, ...sumPieces(sources) },
    given: { uri, sources: sources.map((source) => source.uri) },
  };
}

function groupsOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const count = Math.ceil(pieces.length / FAN);
  return Array.from({ length: count }, (_, index) => pieces.slice(index * FAN, (index + 1) * FAN));
}

function* composeMissing(turn: Turn, nodes: readonly Node[]): Steps<void> {
  for (const batch of toBatches(turn, nodes, COMPOSES)) {
    yield* checkTime(turn);
    const given = batch.map((node) => node.given);
    const results = yield* performAll('compose', given, COMPOSES);
    for (const [place, result] of results.entries()) {
      if (result === 'gone') throw workGone(batch[place]?.piece.uri ?? 'A source');
      if (result.written) turn.progressed = true;
    }
  }
}
