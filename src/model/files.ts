import { createHash, hash } from 'node:crypto';
import { isNotFound, ScorerError } from '../errors.ts';
import type { Storage } from '../ports/storage.ts';
import type { PinnedFile } from './manifest.ts';
import type { Stopwatch } from './stopwatch.ts';

/** A file as it was read: whole, and of one version. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  readonly generation: string;
}

/** Reads the files of a model. */
export interface ModelFiles {
  /** @throws ScorerError `MODEL_INVALID` when the file is missing or too large, `STORAGE_FAILED` */
  read(uri: string, signal: AbortSignal): Promise<ReadFile>;
  /** Lower-case hex of the sha256 of bytes; large ones leave the event loop free in between. */
  checksum(bytes: Uint8Array): Promise<string>;
  /** @throws ScorerError as `read`, and `MODEL_INVALID` when the bytes are not those that the manifest pins */
  readPinned(folder: string, pinned: PinnedFile, signal: AbortSignal): Promise<Uint8Array>;
}

/** A file that is replaced while it is read is read again, so often. */
const MAX_READS = 3;

/** Hashed in one go: a few milliseconds. */
const HASHED_BYTES = 4 * 1024 * 1024;

/**
 * Creates the reader of one load.
 *
 * @param maxBytes a larger file is refused before it is read
 */
export function createModelFiles(storage: Storage, maxBytes: number, watch: Stopwatch): ModelFiles {
  const readOnce = async (uri: string, signal: AbortSignal): Promise<ReadFile | undefined> => {
    const { generation, size } = await statFile(storage, uri, signal);
    if (size > maxBytes) {
      throw invalid(`${uri} has ${size} bytes: expected at most ${maxBytes} (MODEL_MAX_BYTES).`);
    }
    const bytes = await readGeneration(storage, uri, { generation, size, signal });
    return bytes && { bytes, generation };
  };
  const read = async (uri: string, signal: AbortSignal): Promise<ReadFile> => {
    for (let tries = 0; tries < MAX_READS; tries += 1) {
      const file = await watch.time('readMs', () => readOnce(uri, signal));
      if (file === undefined) continue;
      watch.addBytes(file.bytes.length);
      return file;
    }
    throw new ScorerError(`${uri} is replaced again and again while it is read.`, { code: 'STORAGE_FAILED' });
  };
  const checksum = (bytes: Uint8Array): Promise<string> =>
    watch.time('checksumMs', () => sha256InPieces(bytes));
  return {
    read,
    checksum,
    async readPinned(folder, { file, sha256: expected }, signal) {
      const uri = `${folder}/${file}`;
      const { bytes } = await read(uri, signal);
      const found = await checksum(bytes);
      if (found === expected) return bytes;
      throw invalid(`${uri} has the sha256 ${found}; the manifest says ${expected}.`);
    },
  };
}

/** What is known of a file of a model. @throws ScorerError `MODEL_INVALID` when it is missing */
export async function statFile(
  storage: Storage,
  uri: string,
  signal: AbortSignal,
): Promise<{ readonly generation: string; readonly size: number }> {
  try {
    return await storage.stat(uri, { signal });
  } catch (error) {
    if (isNotFound(error)) throw invalid(`There is no ${uri}.`, error);
    throw error;
  }
}

/** Undefined when that version is gone by now. */
async function readGeneration(
  storage: Storage,
  uri: string,
  { generation, size, signal }: { readonly generation: string; readonly size: number; signal: AbortSignal },
): Promise<Uint8Array | undefined> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let read = 0;
  try {
    for await (const chunk of storage.read(uri, { generation, signal })) {
      bytes.set(chunk, read);
      read += chunk.length;
    }
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  if (read === size) return bytes;
  throw new ScorerError(`${uri} gave ${read} bytes of ${size}.`, { code: 'STORAGE_FAILED' });
}

/** What tells models apart: the first 12 hex digits of the sha256 of the manifest's bytes. */
export function toDigest(manifest: Uint8Array): string {
  return hash('sha256', manifest).slice(0, 12);
}

async function sha256InPieces(bytes: Uint8Array): Promise<string> {
  const digest = createHash('sha256');
  for (let start = 0; start < bytes.length; start += HASHED_BYTES) {
    if (start > 0) await new Promise(setImmediate);
    digest.update(bytes.subarray(start, start + HASHED_BYTES));
  }
  return digest.digest('hex');
}

function invalid(message: string, cause?: unknown): ScorerError {
  return new ScorerError(message, { code: 'MODEL_INVALID', cause });
}
