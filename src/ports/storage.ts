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

/**
 * Objects in buckets. A write is atomic: readers see the whole new object or the old one.
 *
 * @throws ScorerError `OBJECT_NOT_FOUND` when the object, or the generation asked for, is not
 * there (any more); `STORAGE_FAILED` for everything that trying again may mend.
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
}
