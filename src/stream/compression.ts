import { createGunzip } from 'node:zlib';
import { type ByteBudget, freeBytes } from '../byte-budget.ts';
import { ScorerError, show } from '../errors.ts';
import type { Delivery } from '../ports/delivery.ts';

/** The largest message once it is inflated, in bytes: as much as a request to the prediction function may have. */
export const MAX_INFLATED_BYTES = 32 * 1024 * 1024;

/** What deflate can make of a byte at most: https://zlib.net/zlib_tech.html */
const MAX_RATIO = 1032;

const CHUNK_BYTES = 256 * 1024;

/** The data of a message as it is scored. */
export interface Plain {
  readonly data: Uint8Array;
  /** To be called when the data is no longer needed. */
  release(): void;
}

/**
 * Inflates a message's data where the attribute `content-encoding` says that it is compressed: gzip, of one
 * member or several.
 *
 * @param budget holds what is inflated, so that many small messages that grow large wait for each other
 * @throws ScorerError `INVALID_COMPRESSION` for what is damaged, cut short, followed by other bytes, or
 * compressed in another way; `BODY_TOO_LARGE` past {@link MAX_INFLATED_BYTES}; and as `ByteBudget.take`
 */
export async function toPlain(
  { data, attributes }: Delivery,
  budget: ByteBudget,
  signal: AbortSignal,
): Promise<Plain> {
  const encoding = attributes['content-encoding'] ?? '';
  if (/^(?:\s*|\s*identity\s*)$/i.test(encoding)) return { data, release: () => undefined };
  if (!/^\s*(?:x-)?gzip\s*$/i.test(encoding)) {
    throw invalid(`The message's content-encoding is ${show(encoding)}: expected gzip, identity or none`);
  }
  const lease = await budget.take(Math.min(data.length * MAX_RATIO, MAX_INFLATED_BYTES), signal);
  try {
    const inflated = await inflate(data);
    lease.shrink(inflated.length);
    return { data: inflated, release: lease.release };
  } catch (error) {
    lease.release();
    throw error;
  }
}

async function inflate(data: Uint8Array): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  gunzip.end(data);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_INFLATED_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof ScorerError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`The message's data can't be inflated: ${reason}`, cause);
  }
  // zlib stops at a zero byte after a member; tape blocks are filled up with them, and anything may follow
  if (data.subarray(gunzip.bytesWritten).some((byte) => byte !== 0)) {
    throw invalid("The message's data has other bytes after its gzip data");
  }
  const inflated = Buffer.concat(chunks);
  for (const chunk of chunks) freeBytes(chunk);
  return inflated;
}

function invalid(message: string, cause?: unknown): ScorerError {
  return new ScorerError(`${message}.`, { code: 'INVALID_COMPRESSION', cause });
}

function tooLarge(): ScorerError {
  return new ScorerError(
    `The message is larger than ${MAX_INFLATED_BYTES} bytes (32 MiB) once it is inflated: send fewer rows.`,
    { code: 'BODY_TOO_LARGE' },
  );
}
