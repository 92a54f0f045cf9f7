import { rm } from 'node:fs/promises';
import type { RemoveOptions, RemoveResult, WriteOptions, WriteResult } from '../../ports/storage.ts';
import { assertSourceCount } from '../../ports/storage-arguments.ts';
import { onDisk } from './storage-errors.ts';
import { withLock } from './storage-lock.ts';
import { readObject, versionAt } from './storage-read.ts';
import { removeSidecar } from './storage-sidecar.ts';
import { writeObject } from './storage-write.ts';

/** Removes the object at a path; see `Storage.remove`. Its folder stays: a writer may be about to use it. */
export async function removeObject(path: string, options: RemoveOptions): Promise<RemoveResult> {
  const { ifGenerationMatch, signal } = options;
  signal?.throwIfAborted();
  if ((await versionAt(path)) === undefined) return 'gone';
  return onDisk('write', path, () =>
    withLock(path, signal, async (lock) => {
      const present = await versionAt(path);
      if (present === undefined) return 'gone';
      if (ifGenerationMatch !== undefined && ifGenerationMatch !== present.generation) return 'changed';
      lock.assertHeld();
      await rm(path, { force: true });
      await removeSidecar(path);
      return 'removed';
    }),
  );
}

/** Joins the objects at some paths into one; see `Storage.compose`. */
export async function composeObject(
  path: string,
  sources: readonly string[],
  options: WriteOptions,
): Promise<WriteResult> {
  assertSourceCount(sources.length);
  return writeObject(path, contentsOf(sources, options.signal), options);
}

async function* contentsOf(
  paths: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (const path of paths) yield* readObject(path, signal === undefined ? {} : { signal });
}
