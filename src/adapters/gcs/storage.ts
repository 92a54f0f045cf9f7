import type { ObjectInfo, Storage } from '../../ports/storage.ts';
import { assertRange } from '../../ports/storage-arguments.ts';
import { type ClientOptions, createClient } from './client.ts';
import { parseObjectUri, parsePrefixUri, toObjectUri } from './object-name.ts';
import { readObject } from './read.ts';
import { statObject } from './resource.ts';

/**
 * Cloud Storage. Objects are named `gs://bucket/name`, the name as it is.
 *
 * Nothing is loaded or asked before the first request; credentials are the application default ones.
 * Every request has a time bound and is tried again, a few times, after what is transient. Reads go on
 * where a connection broke, with the same generation. Writes carry a precondition and a checksum, hold
 * 8 MiB in memory at most, and keep an id of their own among the object's metadata, which
 * `ObjectInfo.metadata` leaves out. A missing bucket, missing permissions and missing credentials are
 * `STORAGE_FAILED`.
 */
export function createGcsStorage(options: ClientOptions = {}): Storage {
  const client = createClient(options);
  return {
    uri(bucket, name) {
      return toObjectUri({ bucket, name });
    },
    async stat(uri, statOptions) {
      return (await statObject(client, parseObjectUri(uri), statOptions)).info;
    },
    read(uri, readOptions = {}) {
      assertRange(readOptions);
      return readObject(client, parseObjectUri(uri), readOptions);
    },
    async write(uri, source, writeOptions = {}) {
      const { writeObject } = await import('./write.ts'); // who only reads doesn't pay for the rest
      return writeObject(client, parseObjectUri(uri), source, writeOptions);
    },
    async remove(uri, removeOptions = {}) {
      const { removeObject } = await import('./remove.ts');
      return removeObject(client, parseObjectUri(uri), removeOptions);
    },
    async compose(uri, sources, writeOptions = {}) {
      const { composeObject } = await import('./compose.ts');
      return composeObject(client, parseObjectUri(uri), sources.map(parseObjectUri), writeOptions);
    },
    async *list(prefix, listOptions = {}): AsyncGenerator<ObjectInfo, void> {
      const { listObjects } = await import('./list.ts');
      yield* listObjects(client, parsePrefixUri(prefix), listOptions);
    },
  };
}
