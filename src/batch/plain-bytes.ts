import { once } from 'node:events';
import { createGunzip } from 'node:zlib';
import { ScorerError } from '../errors.ts';

const CHUNK_BYTES = 256 * 1024;

/** From so many bytes on the ratio counts. */
const JUDGED_BYTES = 1024 * 1024 * 1024;

/** Tables are packed by a factor of 3 to 100; deflate can do 1032. */
const MAX_RATIO = 500;

/** True for what begins as gzip does: RFC 1952 §2.3.1. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The bytes of a document: inflated where it is compressed with gzip, in one member or several, whatever its name
 * says. In memory that does not grow with it.
 *
 * @param source chunks that may change once the next one is asked for
 * @returns chunks of the same kind
 * @throws ScorerError `INVALID_COMPRESSION` for gzip that is damaged, cut short or followed by other bytes;
 * `INPUT_TOO_LARGE` for what grows without end
 */
export async function* toPlainBytes(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let isEnded = false;
  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      const { done, value } = await iterator.next();
      isEnded = done === true;
      return isEnded ? undefined : value;
    } catch (error) {
      isEnded = true; // an iterator that threw has ended
      throw error;
    }
  };
  try {
    let first = await next();
    while (first !== undefined && first.length < 2) {
      first = Buffer.from(first); // it changes with the next one
      const more = await next();
      if (more === undefined) break;
      first = Buffer.concat([first, more]);
    }
    if (first === undefined) return;
    if (isGzip(first)) {
      yield* inflate(first, next);
      return;
    }
    for (let chunk: Uint8Array | undefined = first; chunk !== undefined; chunk = await next()) yield chunk;
  } finally {
    if (!isEnded) await iterator.return?.();
  }
}

async function* inflate(
  first: Uint8Array,
  next: () => Promise<Uint8Array | undefined>,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const closed = once(gunzip, 'close').catch(() => undefined); // nobody takes anything in any more
  let fed = 0;
  const feed = async (): Promise<void> => {
    let isOver = false;
    for (let chunk: Uint8Array | undefined = first; chunk !== undefined; chunk = await next()) {
      fed += chunk.length;
      if (!isOver) await Promise.race([write(gunzip, chunk), closed]);
      // what is behind the last member: zlib stops there, and tape blocks are filled up with zeros
      const behind = fed - gunzip.bytesWritten;
      if (behind === 0) continue;
      isOver = true;
      if (chunk.subarray(Math.max(0, chunk.length - behind)).some((byte) => byte !== 0)) {
        throw invalid('The gzip data is followed by other bytes');
      }
    }
    if (!isOver) gunzip.end();
  };
  const feeding = feed().catch((error: unknown) => {
    gunzip.destroy(error as Error); // a throwable of ours, or what zlib has told already
  });
  let inflated = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      inflated += chunk.length;
      if (inflated > JUDGED_BYTES && inflated > fed * MAX_RATIO) throw endless();
      yield chunk;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw invalid(`The gzip data is damaged or cut short (${error.message})`, error);
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** Resolves when the chunk was taken in. */
function write(gunzip: ReturnType<typeof createGunzip>, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => gunzip.write(chunk, () => resolve()));
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function invalid(message: string, cause?: unknown): ScorerError {
  return new ScorerError(`${message}.`, { code: 'INVALID_COMPRESSION', cause });
}

function endless(): ScorerError {
  return new ScorerError(
    `The gzip data grows to more than ${MAX_RATIO} times its size: that is no table. Unpack it first if it is.`,
    { code: 'INPUT_TOO_LARGE' },
  );
}
