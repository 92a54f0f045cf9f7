import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { createCrc32c } from '../../crc32c.ts';
import type { ObjectInfo, ReadOptions } from '../../ports/storage.ts';
import { generationNotFound, isNotThere, objectNotFound, onDisk } from './storage-errors.ts';
import { type FileVersion, versionOf } from './storage-generation.ts';
import { isObjectPath, toUri } from './storage-path.ts';
import { contentTypeOf, readSidecar, type Sidecar } from './storage-sidecar.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Opening a pipe would wait for its writer; of regular files the flag says nothing. Windows has none. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The version of the file that is there now; undefined when there is no file, or something that is none. */
export async function versionAt(path: string): Promise<FileVersion | undefined> {
  if (!isObjectPath(path)) return undefined;
  return onDisk('read', path, async () => {
    try {
      const facts = await stat(path, { bigint: true });
      return facts.isFile() ? versionOf(path, facts) : undefined;
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw error;
    }
  });
}

/** What is known of the object at a path; see `Storage.stat`. */
export async function statObject(
  path: string,
  options: { readonly generation?: string; readonly signal?: AbortSignal } = {},
): Promise<ObjectInfo> {
  for (;;) {
    options.signal?.throwIfAborted();
    const version = await versionAt(path);
    if (version === undefined) throw objectNotFound(path, 'is not there');
    const { generation } = version;
    if (options.generation !== undefined && options.generation !== generation) {
      throw generationNotFound(path, options.generation, generation);
    }
    const sidecar = await onDisk('read', path, () => readSidecar(path, generation));
    // a sidecar changes before its object: without a second look it may be that of the next version
    if ((await versionAt(path))?.generation === generation) return toObjectInfo(path, version, sidecar);
  }
}

/** Joins what the file says of an object with what its sidecar says. */
export function toObjectInfo(path: string, version: FileVersion, sidecar: Sidecar): ObjectInfo {
  const contentType = sidecar.contentType ?? contentTypeOf(path);
  return {
    uri: toUri(path),
    generation: version.generation,
    size: version.size,
    ...(sidecar.crc32c === undefined ? {} : { crc32c: sidecar.crc32c }),
    ...(contentType === undefined ? {} : { contentType }),
    updatedMs: Number(version.mtimeNs / 1_000_000n),
    metadata: sidecar.metadata ?? {},
  };
}

/** The CRC-32C of a version, by reading it. */
export async function readCrc32c(path: string, options: ReadOptions): Promise<string> {
  const crc32c = createCrc32c();
  for await (const chunk of readObject(path, options)) crc32c.update(chunk);
  return crc32c.digest();
}

/** The bytes of the object at a path, in chunks of at most 1 MiB, one read ahead; see `Storage.read`. */
export async function* readObject(path: string, options: ReadOptions): AsyncGenerator<Uint8Array, void> {
  const { generation, signal } = options;
  signal?.throwIfAborted();
  if (!isObjectPath(path)) throw objectNotFound(path, 'is not there');
  const handle = await onDisk('read', path, () => open(path, OPEN_FLAGS));
  const memory = createMemory(options.transient === true);
  try {
    const opened = await versionOfHandle(handle, path);
    if (generation !== undefined && generation !== opened.generation) {
      throw generationNotFound(path, generation, opened.generation);
    }
    const end = Math.min(options.end ?? opened.size, opened.size);
    const readAt = (position: number): Promise<Uint8Array> => {
      const bytes = Math.min(CHUNK_BYTES, end - position);
      const chunk = readChunk(handle, path, position, memory.take(bytes));
      chunk.catch(() => undefined); // thrown where it is waited for, if anybody waits
      return chunk;
    };
    let position = options.start ?? 0;
    let next = position < end ? readAt(position) : undefined;
    while (next !== undefined) {
      signal?.throwIfAborted();
      const chunk = await next;
      position += chunk.length;
      // before the last chunk is handed out: who stops at the size it knows never asks again
      if (chunk.length === 0 || position >= end) await assertUnchanged(handle, path, opened);
      if (chunk.length === 0) throw changedWhileRead(path);
      next = position < end ? readAt(position) : undefined;
      yield chunk;
    }
    signal?.throwIfAborted();
  } finally {
    await handle.close(); // after the read ahead, if there is one
    memory.release();
  }
}

/** Memory for the chunks of one reading. */
interface ChunkMemory {
  take(bytes: number): Buffer;
  /** Ends its use. */
  release(): void;
}

/** Memory of transient readings that have ended: fresh pages cost more than what is read into them. */
const spare: Buffer[] = [];

/** Readings at once whose memory is kept for the next ones. */
const MAX_SPARE = 4;

/** Fresh memory each time; or in turns the same two, one of which is read into while the other is used. */
function createMemory(isTransient: boolean): ChunkMemory {
  const two: Buffer[] = [];
  return {
    take(bytes) {
      if (!isTransient) return Buffer.allocUnsafeSlow(bytes);
      const buffer = (two.length === 2 ? two.shift() : spare.pop()) ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
      two.push(buffer);
      return buffer.subarray(0, bytes);
    },
    release() {
      spare.push(...two.splice(0, MAX_SPARE - spare.length));
    },
  };
}

async function readChunk(
  handle: FileHandle,
  path: string,
  position: number,
  buffer: Buffer,
): Promise<Uint8Array> {
  const bytes = buffer.length;
  const { bytesRead } = await onDisk('read', path, () => handle.read(buffer, 0, bytes, position));
  return bytesRead === bytes ? buffer : buffer.subarray(0, bytesRead);
}

async function versionOfHandle(handle: FileHandle, path: string): Promise<FileVersion> {
  const facts = await onDisk('read', path, () => handle.stat({ bigint: true }));
  if (!facts.isFile()) throw objectNotFound(path, 'is not a file');
  return versionOf(path, facts);
}

/** A person may copy over a file in place: then what was read is a mixture, of which nothing may be trusted. */
async function assertUnchanged(handle: FileHandle, path: string, opened: FileVersion): Promise<void> {
  const now = await versionOfHandle(handle, path);
  if (now.mtimeNs !== opened.mtimeNs || now.size !== opened.size) throw changedWhileRead(path);
}

function changedWhileRead(path: string): Error {
  return objectNotFound(path, 'changed while it was read, so nothing of it may be trusted');
}
