import { isGcsUri, toObjectUri } from './adapters/gcs/object-name.ts';
import type { ObjectInfo, Storage } from './ports/storage.ts';

/** Which storage has which objects. */
export interface StorageRouterOptions {
  /** Has what no URI of Cloud Storage names. */
  readonly local: Storage;
  /** The buckets that stand for folders: their objects are in `local`, those of any other bucket in Cloud Storage. */
  readonly localBuckets: readonly string[];
  /** Makes the adapter of Cloud Storage; called once, when the first of its objects is used. */
  loadGcs(): Promise<Storage>;
}

/** Creates one storage over two: URIs that begin with `gs://` go to Cloud Storage, all others to the local one. */
export function createStorageRouter({ local, localBuckets, loadGcs }: StorageRouterOptions): Storage {
  let loading: Promise<Storage> | undefined;
  const storageOf = async (uri: string): Promise<Storage> => {
    if (!isGcsUri(uri)) return local;
    loading ??= loadGcs().catch((error: unknown) => {
      loading = undefined; // the next one tries again
      throw error;
    });
    return loading;
  };
  return {
    uri(bucket, name) {
      return localBuckets.includes(bucket) ? local.uri(bucket, name) : toObjectUri({ bucket, name });
    },
    async stat(uri, options) {
      return (await storageOf(uri)).stat(uri, options);
    },
    async *read(uri, options) {
      yield* (await storageOf(uri)).read(uri, options);
    },
    async write(uri, source, options) {
      return (await storageOf(uri)).write(uri, source, options);
    },
    async remove(uri, options) {
      return (await storageOf(uri)).remove(uri, options);
    },
    async compose(uri, sources, options) {
      return (await storageOf(uri)).compose(uri, sources, options);
    },
    async *list(prefix, options): AsyncGenerator<ObjectInfo, void> {
      yield* (await storageOf(prefix)).list(prefix, options);
    },
  };
}
