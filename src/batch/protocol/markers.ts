import { FAN } from './names.ts';
import type { OpenJob } from './open-job.ts';
import { perform, performAll, type Steps } from './operation.ts';
import { decodeMarker, encodeMarker, type Part } from './part.ts';
import { type Turn, workGone } from './turn.ts';

/**
 * The highest level whose markers tell of their parts: 1,024 shards, some 300 KB. With them the finisher reads
 * one object in 1,024 shards instead of a record a shard, and the reads were done by the shards, each group on
 * its own. A finisher that had to read 16,384 records itself, and died at every 200th operation, would never
 * come to the end of them: reading keeps no progress.
 */
const TELLING_LEVEL = 2;

/** Objects that are read at once. */
const READS = 64;

/** How many markers a level has, of the shards (level 0) or of groups. */
function countAt(shards: number, level: number): number {
  return Math.ceil(shards / FAN ** level);
}

/** Marks a shard as done, with the parts that it walked over. */
export function* markShard(turn: Turn, open: OpenJob, shard: number, parts: readonly Part[]): Steps<void> {
  const result = yield* perform('create', { uri: open.names.marker(0, shard), bytes: encodeMarker(parts) });
  if (result.written) turn.progressed = true;
}

/**
 * Goes up from a shard's marker as far as the groups are full, marking each, and asks for the finish where all
 * are. Whoever makes a group full finds it so, because it looks after it has marked; whoever finds a group
 * marked goes on all the same, because who marked it may have died there.
 */
export function* climb(turn: Turn, open: OpenJob, shard: number): Steps<void> {
  const { shards, id } = open.plan;
  let index = shard;
  for (let level = 0; countAt(shards, level) > 1; level += 1) {
    const group = Math.floor(index / FAN);
    const there = yield* perform('list', { prefix: open.names.group(level, group) });
    if (there.length < Math.min(FAN, countAt(shards, level) - group * FAN)) return;
    yield* markGroup(turn, open, level, group);
    index = group;
  }
  if ((yield* perform('stat', { uri: open.names.asked })) !== undefined) return;
  // in this order: a crash in between makes one finish too many, not one too few
  yield* perform('publish', { messages: [{ plan: open.planUri, id, shard: 'finish' }] });
  yield* perform('create', { uri: open.names.asked, bytes: new Uint8Array() });
}

function* markGroup(turn: Turn, open: OpenJob, level: number, group: number): Steps<void> {
  const uri = open.names.marker(level + 1, group);
  if ((yield* perform('stat', { uri })) !== undefined) return;
  const parts = level < TELLING_LEVEL ? yield* readGroup(open, level, group) : [];
  const result = yield* perform('create', { uri, bytes: encodeMarker(parts) });
  if (result.written) turn.progressed = true;
}

function* readGroup(open: OpenJob, level: number, group: number): Steps<readonly Part[]> {
  const uris = childrenOf(open, level, group).map((index) => open.names.marker(level, index));
  const given = uris.map((uri) => ({ uri }));
  const markers = yield* performAll('read', given, FAN);
  return markers.flatMap((stored, place) => {
    if (stored === undefined) throw workGone(uris[place] ?? open.names.markers);
    return decodeMarker(stored.bytes);
  });
}

function childrenOf({ plan }: OpenJob, level: number, group: number): readonly number[] {
  const count = Math.min(FAN, countAt(plan.shards, level) - group * FAN);
  return Array.from({ length: count }, (_, place) => group * FAN + place);
}

/**
 * The parts that markers tell of, by where they begin: from the highest markers that tell, and from those below
 * where one is missing. Some may be of no use (a wrong guess of where a shard's first record begins), and some
 * may be missing.
 */
export function* readMarkedParts(open: OpenJob): Steps<ReadonlyMap<number, Part>> {
  const known = new Map<number, Part>();
  const { shards } = open.plan;
  if (shards === 1) return known;
  let level = 0;
  while (level < TELLING_LEVEL && countAt(shards, level) > 1) level += 1;
  let wanted = Array.from({ length: countAt(shards, level) }, (_, index) => index);
  for (; level >= 0; level -= 1) {
    const given = wanted.map((index) => ({ uri: open.names.marker(level, index) }));
    const markers = yield* performAll('read', given, READS);
    const missing = wanted.filter((_, place) => markers[place] === undefined);
    for (const stored of markers) {
      for (const part of stored === undefined ? [] : decodeMarker(stored.bytes)) known.set(part.start, part);
    }
    if (level > 0) wanted = missing.flatMap((group) => childrenOf(open, level - 1, group));
  }
  return known;
}
