import { ScorerError } from '../../errors.ts';
import type { Storage, WriteResult } from '../../ports/storage.ts';
import { type Channel, createChannel } from '../channel.ts';
import type { PartData } from '../protocol/part.ts';
import { toCreation } from './storage-operators.ts';

/** An object that is written as its bytes come; none where none come. */
export interface Upload {
  /** Resolves when the bytes may change; rejects when the object can't be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the object. Undefined when nothing was written. */
  end(): Promise<PartData | undefined>;
  /** Gives it up: nothing is under way any more when this resolves. */
  abort(error: unknown): Promise<void>;
}

/**
 * Creates an upload.
 *
 * @param folder with a slash at its end
 * @param name a name in it that nobody else writes
 */
export function createUpload(storage: Storage, folder: string, name: string, signal: AbortSignal): Upload {
  let channel: Channel | undefined;
  let written: Promise<WriteResult> | undefined;
  return {
    async write(bytes) {
      if (channel === undefined || written === undefined) {
        channel = createChannel();
        written = storage.write(`${folder}${name}`, channel, { ...toCreation('text/csv'), signal });
        written.catch(() => undefined); // thrown where it is waited for
      }
      // a write that failed reads no more, and would never be done with the bytes
      await Promise.race([channel.write(bytes), written]);
    },
    async end() {
      if (channel === undefined || written === undefined) return undefined;
      channel.end();
      const { written: isWritten, object } = await written;
      if (!isWritten || object?.crc32c === undefined) {
        throw new ScorerError(`${folder}${name} was there already, under a name of our own.`, {
          code: 'STORAGE_FAILED',
        });
      }
      return { name, size: object.size, crc32c: object.crc32c };
    },
    async abort(error) {
      channel?.fail(error);
      await written?.catch(() => undefined);
    },
  };
}
