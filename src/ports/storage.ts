/** What is known of a stored object. */
export interface ObjectInfo {
  /** `gs://bucket/name` or `file:///path`, as {@link Storage} methods take it. */
  readonly uri: string;
  /** Decimal digits, up to 64 bits: another content has another generation. */
  readonly generation: string;
  /** Bytes. */
  readonly size: number;
  /** CRC-32C of the bytes, big-endian in base64, as Cloud Storage gives it; absent where nobody has computed it. */
  readonly crc32c?: string;
  readonly contentType?: string;
  /** When it was written, in milliseconds since 1970; what is attached to it later may move it. Absent where nobody knows. */
  readonly updatedMs?: number;
  /** What the writer attached; empty when nothing. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Which bytes of which version to read. */
export interface ReadOptions {
  /** Pins the version; without it, the one that is there now. */
  readonly generation?: string;
  /** First byte, from 0. @default 0 */
  readonly start?: number;
  /** One past the last byte. @default the object's size */
  readonly end?: number;
  /** True where each chunk is of use only until the next one is asked for or the reading ends, which may save memory. @default false */
  readonly transient?: boolean;
  readonly signal?: AbortSignal;
}

/** How to write an object. */
export interface WriteOptions {
  /**
   * Write only if this generation is there now; `'0'` means only if none is.
   * Without it the object is replaced, whatever is there.
   */
  readonly ifGenerationMatch?: string;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * What a write did. `written: false` means the precondition did not hold: nothing was changed, and
 * `object` is what is there (absent when nothing is).
 */
export type WriteResult =
  | { readonly written: true; readonly object: ObjectInfo & { readonly crc32c: string } }
  | { readonly written: false; readonly object?: ObjectInfo };

/** How to remove an object. */
export interface RemoveOptions {
  /** Remove only if this generation is there now. Without it, whatever is there. */
  readonly ifGenerationMatch?: string;
  readonly signal?: AbortSignal;
}

/** What a removal did. `gone`: nothing is there; `changed`: another generation is there, and stays. */
export type RemoveResult = 'removed' | 'gone' | 'changed';

/** What to list. */
export interface ListOptions {
  /**
   * True to list older generations too, before the one of the same name that is there now, where the
   * bucket keeps them. @default false
   */
  readonly versions?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Objects in buckets. A write is atomic: readers see the whole new object or the old one. An abort
 * throws the signal's reason.
 *
 * @throws ScorerError `OBJECT_NOT_FOUND` when the object, or the generation asked for, is not
 * there (any more); `STORAGE_FAILED` for everything that trying again may mend; `INVALID_MESSAGE` for
 * a name that can't be an object's.
 */
export interface Storage {
  /** The URI of an object named by an event: a bucket and a name, both as the event gives them. */
  uri(bucket: string, name: string): string;
  stat(
    uri: string,
    options?: { readonly generation?: string; readonly signal?: AbortSignal },
  ): Promise<ObjectInfo>;
  read(uri: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  write(
    uri: string,
    source: AsyncIterable<Uint8Array> | Uint8Array,
    options?: WriteOptions,
  ): Promise<WriteResult>;
  /** Removes what is there now; older generations stay where the bucket keeps them. */
  remove(uri: string, options?: RemoveOptions): Promise<RemoveResult>;
  /**
   * Writes the contents of 1 to 32 objects of the target's bucket, in order, as one object. A RangeError
   * for another number of sources, or another bucket.
   */
  compose(uri: string, sources: readonly string[], options?: WriteOptions): Promise<WriteResult>;
  /**
   * The objects whose URIs begin with `prefix`, names ascending by their UTF-8 bytes; a folder's end
   * with a slash. Nothing there is an empty list. What changes meanwhile may be in it or not.
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo>;
}
