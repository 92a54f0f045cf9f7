import { hash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ScorerError } from '../../errors.ts';
import { hasCode } from './storage-errors.ts';
import { TEMP_PREFIX } from './storage-path.ts';

/** Proof of holding the lock. */
export interface HeldLock {
  /** Throws `STORAGE_FAILED` when another process took the lock over; call right before the change it guards. */
  assertHeld(): void;
}

const MAX_WAIT_MS = 10_000;
/** What a lock guards takes milliseconds; who holds one so long was killed or suspended. */
const STALE_AFTER_MS = 60_000;
const MAX_POLL_MS = 20;

/**
 * Runs `run` while no other process, nor anything else in this one, is inside for the same path.
 *
 * Node has no flock, so it is a lock file that names its owner. It is taken over when the owner is
 * a dead process of this machine, or after a minute; so the owner looks again, by `assertHeld`,
 * right before its change. Waits 10 s at most, then `STORAGE_FAILED`.
 */
export async function withLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  run: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  // hashed, for a name plus a suffix may be too long for a file
  const name = hash('sha256', basename(path)).slice(0, 16);
  const lock = join(dirname(path), `${TEMP_PREFIX}lock-${name}`);
  const owner = `${hostname()} ${process.pid} ${randomUUID()}`;
  await acquire(lock, owner, path, signal);
  try {
    return await run({
      assertHeld() {
        if (readOwnerSync(lock) !== owner) throw lockFailed(path, 'another process took its lock over');
      },
    });
  } finally {
    if (readOwnerSync(lock) === owner) await rm(lock, { force: true });
  }
}

async function acquire(
  lock: string,
  owner: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = performance.now() + MAX_WAIT_MS;
  while (!(await createLock(lock, owner))) {
    signal?.throwIfAborted();
    await removeIfStale(lock, { afterMs: STALE_AFTER_MS });
    if (performance.now() > deadline) {
      throw lockFailed(path, `${lock} is held; if no process is writing there, remove that file`);
    }
    await delay(1 + Math.random() * MAX_POLL_MS);
  }
}

/** Makes a lock file; false where there is one. */
export async function createLock(lock: string, owner: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx');
    try {
      await handle.writeFile(owner);
    } catch (error) {
      await rm(lock, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    // Windows answers EPERM or EBUSY while a removed file is still open elsewhere
    if (hasCode(error, 'EEXIST') || (process.platform === 'win32' && hasCode(error, 'EPERM', 'EBUSY'))) {
      return false;
    }
    throw error;
  }
}

/** When a lock counts as left behind. */
interface Staleness {
  /** Untouched for so long. */
  readonly afterMs: number;
  /** Tells this process's owners from those of a dead one that had its number. @default all are this one's */
  readonly isOwn?: (owner: string) => boolean;
}

/**
 * Removes a lock whose owner is gone.
 *
 * Two waiters may judge the same lock stale, and the slower one must not remove the lock that the
 * faster one has made by then: so only who creates the marker may remove, and it looks again.
 */
export async function removeIfStale(lock: string, staleness: Staleness): Promise<void> {
  if (!(await isStale(lock, staleness))) return;
  const marker = `${lock}-removal`;
  if (!(await createLock(marker, ''))) return;
  try {
    if (await isStale(lock, staleness)) await rm(lock, { force: true });
  } finally {
    await rm(marker, { force: true });
  }
}

async function isStale(lock: string, { afterMs, isOwn }: Staleness): Promise<boolean> {
  let owner: string;
  let modifiedMs: number;
  try {
    owner = await readFile(lock, 'utf8');
    modifiedMs = (await stat(lock)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
  if (Date.now() - modifiedMs > afterMs) return true;
  const [host, pid] = owner.split(' ');
  if (host !== hostname() || pid === undefined) return false;
  if (Number(pid) === process.pid) return isOwn?.(owner) === false;
  return !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as another user
    return !hasCode(error, 'ESRCH');
  }
}

function readOwnerSync(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    // gone or unreadable: either way nobody can say that it is ours
    return undefined;
  }
}

function lockFailed(path: string, reason: string): ScorerError {
  return new ScorerError(`Cannot replace ${path}: ${reason}.`, {
    code: 'STORAGE_FAILED',
    detail: { path },
  });
}
