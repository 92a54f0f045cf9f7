import { hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** What a version of a file is told apart by. */
export interface FileVersion {
  readonly generation: string;
  readonly size: number;
  readonly mtimeNs: bigint;
}

interface FileFacts {
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

const NS_PER_MS = 1_000_000n;
/** Keeps generations below 2^63: the year 2262. */
const LAST_MS = 9_223_372_036_853n;

/**
 * The generation of a file, from its path, time and size alone, so that every process at any time
 * gives the same: the milliseconds of its time, then six digits that tell apart the files and the
 * writes of one millisecond. It sorts by time.
 */
export function versionOf(path: string, facts: FileFacts): FileVersion {
  const ms = facts.mtimeNs / NS_PER_MS;
  const clamped = ms < 1n ? 1n : ms > LAST_MS ? LAST_MS : ms;
  const digest = hash('sha256', `${path}\0${facts.mtimeNs}\0${facts.size}`, 'buffer');
  return {
    generation: String(clamped * NS_PER_MS + BigInt(digest.readUIntBE(0, 6) % 1_000_000)),
    size: Number(facts.size),
    mtimeNs: facts.mtimeNs,
  };
}

/** Of the process, not of one storage: two storages may write to one folder. */
let lastMicros = 0;

/** The time in microseconds since 1970, later than any this process was given before. */
function nextMicros(): number {
  lastMicros = Math.max(lastMicros + 1, Date.now() * 1000);
  return lastMicros;
}

/** File systems with 2 s to a tick (FAT) are left after a few ever longer steps. */
const LONGEST_STEP_MICROS = 10_000_000;

/**
 * Gives a finished file a time of its own, makes it durable, and returns the version it will be
 * at `path`. The file it is to replace is always older: without this, two contents of equal length
 * written within one tick of the clock would share a generation.
 */
export async function stampVersion(
  handle: FileHandle,
  path: string,
  replaced: FileVersion | undefined,
): Promise<FileVersion> {
  const afterReplaced = replaced === undefined ? 0 : Number((replaced.mtimeNs + 999n) / 1000n) + 1;
  const micros = Math.max(nextMicros(), afterReplaced);
  let version = await stampTime(handle, path, micros);
  for (let step = 1; version.generation === replaced?.generation && step <= LONGEST_STEP_MICROS; step *= 10) {
    version = await stampTime(handle, path, micros + step);
  }
  await handle.sync();
  return version;
}

async function stampTime(handle: FileHandle, path: string, micros: number): Promise<FileVersion> {
  await handle.utimes(micros / 1e6, micros / 1e6);
  return versionOf(path, await handle.stat({ bigint: true }));
}
