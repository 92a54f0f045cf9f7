import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ScorerError } from '../../errors.ts';
import { onDisk } from './storage-errors.ts';
import { createLock, removeIfStale } from './storage-lock.ts';

/** The name of the lock: it is there while a process works in the folder, and where one was killed. */
const NAME = 'scoring.lock';

/** Who works touches its lock more often than this; one that doesn't was killed, or sleeps. */
const STALE_AFTER_MS = 30_000;
const TOUCH_MS = 5000;

/** Owners that this process is: a process of its number from before is dead. */
const own = new Set<string>();

/** A folder that no other process works in. */
export interface FolderLock {
  /** @throws ScorerError `STORAGE_FAILED` when another process took the folder over, as from one that slept */
  assertHeld(): void;
  release(): Promise<void>;
}

/**
 * Locks a folder for as long as it takes. The lock of a dead process of this machine is taken over at once, any other
 * that isn't touched any more after half a minute.
 *
 * @throws ScorerError `USAGE` when another process works there
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, NAME);
  const owner = `${hostname()} ${process.pid} ${randomUUID()}`;
  await onDisk('write', path, () => acquire(path, owner, folder));
  own.add(owner);
  const timer = setInterval(() => {
    const now = new Date();
    if (isHeld()) utimes(path, now, now).catch(() => undefined); // then it is taken over some day
  }, TOUCH_MS);
  timer.unref();
  const isHeld = (): boolean => readOwner(path) === owner;
  return {
    assertHeld() {
      if (!isHeld()) throw takenOver(folder);
    },
    async release() {
      clearInterval(timer);
      if (own.delete(owner) && isHeld()) await rm(path, { force: true });
    },
  };
}

async function acquire(path: string, owner: string, folder: string): Promise<void> {
  for (const isLast of [false, true]) {
    if (await createLock(path, owner)) return;
    await removeIfStale(path, { afterMs: STALE_AFTER_MS, isOwn: (other) => own.has(other) });
    if (isLast) {
      throw new ScorerError(
        `Another command writes into ${folder}: wait for it, or stop it. If there is none, remove ${path}.`,
        { code: 'USAGE', detail: { folder } },
      );
    }
  }
}

function readOwner(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // nobody can say that it is ours
  }
}

function takenOver(folder: string): ScorerError {
  return new ScorerError(`Another command took ${folder} over, or removed what this one writes there.`, {
    code: 'STORAGE_FAILED',
    detail: { folder },
  });
}
