import type { ObjectInfo, Storage } from '../../ports/storage.ts';
import { assertRange } from '../../ports/storage-arguments.ts';
import { objectPathInBucket, toObjectPath, toUri } from './storage-path.ts';
import { readObject, statObject } from './storage-read.ts';

/** Where the objects are. */
export interface LocalStorageOptions {
  /** The folder of each bucket that an event may name. @default none */
  readonly buckets?: Readonly<Record<string, string>>;
}

/**
 * Folders as buckets, files as objects. Objects are named by `file:` URLs or plain paths.
 *
 * Files that people put there are objects too: a generation is made from a file's path, time and
 * size. What a file can't hold is in `.metadata` beside it; names from `.tmp-` on are being
 * written. `read` throws a RangeError when `start` is behind `end`.
 */
export function createLocalStorage(options: LocalStorageOptions = {}): Storage {
  const buckets = { ...options.buckets };
  return {
    uri(bucket, name) {
      return toUri(objectPathInBucket(buckets, bucket, name));
    },
    async stat(uri, statOptions) {
      return statObject(toObjectPath(uri), statOptions);
    },
    read(uri, readOptions = {}) {
      assertRange(readOptions);
      return readObject(toObjectPath(uri), readOptions);
    },
    async write(uri, source, writeOptions = {}) {
      const { writeObject } = await import('./storage-write.ts'); // who only reads doesn't pay for the rest
      return writeObject(toObjectPath(uri), source, writeOptions);
    },
    async remove(uri, removeOptions = {}) {
      const { removeObject } = await import('./storage-change.ts');
      return removeObject(toObjectPath(uri), removeOptions);
    },
    async compose(uri, sources, writeOptions = {}) {
      const { composeObject } = await import('./storage-change.ts');
      return composeObject(toObjectPath(uri), sources.map(toObjectPath), writeOptions);
    },
    async *list(prefix, listOptions = {}): AsyncGenerator<ObjectInfo, void> {
      const { listObjects } = await import('./storage-list.ts');
      yield* listObjects(toObjectPath(prefix), listOptions);
    },
  };
}
