import { readdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { isNotFound } from '../../errors.ts';
import type { ListOptions, ObjectInfo } from '../../ports/storage.ts';
import { isNotThere, onDisk } from './storage-errors.ts';
import { METADATA_FOLDER, TEMP_PREFIX } from './storage-path.ts';
import { statObject } from './storage-read.ts';

/**
 * The objects whose paths begin with `prefix`, one folder in memory at a time; see `Storage.list`.
 * A folder keeps no older versions, and links to folders are not followed.
 */
export async function* listObjects(prefix: string, options: ListOptions): AsyncGenerator<ObjectInfo, void> {
  const folder = prefix.endsWith(sep) ? prefix : dirname(prefix);
  const beginning = prefix.endsWith(sep) ? '' : prefix.slice(join(folder, sep).length);
  yield* walk(folder, beginning, options.signal);
}

/** What a folder holds, each with the bytes that its objects' names go on with: a slash ends a folder's. */
interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly key: Buffer;
}

async function* walk(
  folder: string,
  beginning: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectInfo, void> {
  signal?.throwIfAborted();
  for (const { name, isFolder } of await readEntries(folder, beginning)) {
    const path = join(folder, name);
    if (isFolder) {
      yield* walk(path, '', signal);
      continue;
    }
    signal?.throwIfAborted();
    const info = await statIfThere(path);
    if (info !== undefined) yield info;
  }
}

async function readEntries(folder: string, beginning: string): Promise<readonly Entry[]> {
  const found = await onDisk('read', folder, async () => {
    try {
      return await readdir(folder, { withFileTypes: true });
    } catch (error) {
      if (isNotThere(error)) return [];
      throw error;
    }
  });
  return found
    .filter(({ name }) => name.startsWith(beginning))
    .filter(({ name }) => name !== METADATA_FOLDER && !name.startsWith(TEMP_PREFIX))
    .map((entry): Entry => {
      const isFolder = entry.isDirectory();
      return { name: entry.name, isFolder, key: Buffer.from(isFolder ? `${entry.name}/` : entry.name) };
    })
    .sort((a, b) => a.key.compare(b.key));
}

/** Nothing when it went meanwhile, or is none: a folder behind a link, a pipe. */
async function statIfThere(path: string): Promise<ObjectInfo | undefined> {
  try {
    return await statObject(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
