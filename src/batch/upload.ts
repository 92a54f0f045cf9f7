import type { ObjectInfo, Storage, WriteResult } from '../ports/storage.ts';
import { type Channel, createChannel } from './channel.ts';

/** An object that is written as its bytes come; none where none come. */
export interface Upload {
  /** Resolves when the bytes may change; rejects when the object can't be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the object. Undefined when nothing was written. */
  end(): Promise<WriteResult | undefined>;
  /** Gives it up: nothing is under way any more when this resolves. */
  abort(error: unknown): Promise<void>;
}

/** How the object is written. */
export interface UploadOptions {
  /** As `WriteOptions.ifGenerationMatch`. */
  readonly ifGenerationMatch?: string;
  readonly signal: AbortSignal;
}

/** Creates an upload of a CSV. */
export function createUpload(storage: Storage, uri: string, options: UploadOptions): Upload {
  let channel: Channel | undefined;
  let written: Promise<WriteResult> | undefined;
  return {
    async write(bytes) {
      if (channel === undefined || written === undefined) {
        channel = createChannel();
        written = storage.write(uri, channel, { ...options, contentType: 'text/csv' });
        written.catch(() => undefined); // thrown where it is waited for
      }
      // a write that ended early reads no more, and would never be done with the bytes
      await Promise.race([channel.write(bytes), written]);
    },
    async end() {
      channel?.end();
      return written;
    },
    async abort(error) {
      channel?.fail(error);
      await written?.catch(() => undefined);
    },
  };
}

/** The object that an upload made. @throws the error of `otherwise` where there is none */
export function uploaded(
  result: WriteResult | undefined,
  otherwise: () => Error,
): ObjectInfo & { readonly crc32c: string } {
  if (result?.written === true) return result.object;
  throw otherwise();
}
