import type { Storage } from '../../ports/storage.ts';
import { type ClientOptions, createClient } from './client.ts';
import { composeObject } from './compose.ts';
import { listObjects } from './list.ts';
import { parseObjectUri, parsePrefixUri, toObjectUri } from './object-name.ts';
import { assertRange, readObject } from './read.ts';
import { removeObject } from './remove.ts';
import { statObject } from './resource.ts';
import { writeObject } from './write.ts';

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
      return writeObject(client, parseObjectUri(uri), source, writeOptions);
    },
    async remove(uri, removeOptions = {}) {
      return removeObject(client, parseObjectUri(uri), removeOptions);
    },
    async compose(uri, sources, writeOptions = {}) {
      return composeObject(client, parseObjectUri(uri), sources.map(parseObjectUri), writeOptions);
    },
    list(prefix, listOptions = {}) {
      return listObjects(client, parsePrefixUri(prefix), listOptions);
    },
  };
}
