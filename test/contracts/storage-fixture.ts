import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ObjectInfo, Storage } from '../../src/ports/storage.ts';

/** A storage under test. */
export interface StorageUnderTest {
  readonly storage: Storage;
  /** Objects are put at `<bucket>/<name>`, the name as it is; ends without a slash. */
  readonly bucket: string;
  /** True when older generations stay after a write or a removal. */
  readonly keepsVersions: boolean;
  close(): Promise<void>;
}

/** What the tests of the contract work with; of use once the storage is set up. */
export interface StorageFixture {
  readonly storage: Storage;
  readonly bucket: string;
  readonly keepsVersions: boolean;
  /** A URI that no other test uses. */
  fresh(file?: string): string;
  /** Writes an object whatever is there. */
  put(uri: string, bytes: Uint8Array | string): Promise<ObjectInfo & { readonly crc32c: string }>;
}

/** Wraps a storage that is set up later, when the tests run. */
export function createStorageFixture(underTest: () => StorageUnderTest): StorageFixture {
  return {
    get storage() {
      return underTest().storage;
    },
    get bucket() {
      return underTest().bucket;
    },
    get keepsVersions() {
      return underTest().keepsVersions;
    },
    fresh(file = 'object.bin') {
      return `${underTest().bucket}/${randomUUID()}/${file}`;
    },
    async put(uri, bytes) {
      const result = await underTest().storage.write(uri, Buffer.from(bytes));
      assert.ok(result.written);
      return result.object;
    },
  };
}
