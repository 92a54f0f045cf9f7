import { randomUUID } from 'node:crypto';
import { type FileHandle, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chunksOf, releaseSource, type Source } from '../../byte-source.ts';
import { createCrc32c } from '../../crc32c.ts';
import { isNotFound, ScorerError } from '../../errors.ts';
import type { ObjectInfo, WriteOptions, WriteResult } from '../../ports/storage.ts';
import { hasCode, onDisk } from './storage-errors.ts';
import { type FileVersion, stampVersion } from './storage-generation.ts';
import { type HeldLock, withLock } from './storage-lock.ts';
import { isObjectPath, TEMP_PREFIX } from './storage-path.ts';
import { readCrc32c, statObject, toObjectInfo, versionAt } from './storage-read.ts';
import { contentTypeOf, removeSidecar, type Sidecar, writeSidecar } from './storage-sidecar.ts';

/** The generation of an object that isn't there. */
const NONE = '0';

/** The whole content, under a name that is no object yet. */
interface Draft {
  readonly path: string;
  readonly temp: string;
  readonly handle: FileHandle;
  readonly sidecar: Sidecar & { readonly crc32c: string };
  /** False when the file alone says everything. */
  readonly needsSidecar: boolean;
}

/** Writes the object at a path; see `Storage.write`. */
export async function writeObject(path: string, source: Source, options: WriteOptions): Promise<WriteResult> {
  const { ifGenerationMatch, signal } = options;
  let handle: FileHandle;
  const temp = join(dirname(path), TEMP_PREFIX + randomUUID());
  try {
    signal?.throwIfAborted();
    if (!isObjectPath(path)) throw notAnObject(path);
    if (!matches(await versionAt(path), ifGenerationMatch)) {
      await releaseSource(source);
      return await notWritten(path, signal);
    }
    handle = await onDisk('write', path, () => openDraft(temp));
  } catch (error) {
    await releaseSource(source);
    throw error;
  }
  try {
    const draft = await fillDraft(path, temp, handle, source, options);
    const version = await onDisk('write', path, () => publish(draft, ifGenerationMatch, signal));
    if (version === undefined) return await notWritten(path, signal);
    return {
      written: true,
      object: { ...toObjectInfo(path, version, draft.sidecar), crc32c: draft.sidecar.crc32c },
    };
  } finally {
    await onDisk('write', path, () => rm(temp, { force: true }).finally(() => handle.close()));
  }
}

function matches(present: FileVersion | undefined, ifGenerationMatch: string | undefined): boolean {
  return ifGenerationMatch === undefined || ifGenerationMatch === (present?.generation ?? NONE);
}

async function openDraft(temp: string): Promise<FileHandle> {
  await mkdir(dirname(temp), { recursive: true });
  return open(temp, 'wx');
}

async function fillDraft(
  path: string,
  temp: string,
  handle: FileHandle,
  source: Source,
  { contentType, metadata = {}, signal }: WriteOptions,
): Promise<Draft> {
  const crc32c = createCrc32c();
  for await (const chunk of chunksOf(source, signal)) {
    crc32c.update(chunk);
    await onDisk('write', path, () => handle.writeFile(chunk));
  }
  signal?.throwIfAborted();
  const ownType = contentType === contentTypeOf(path) ? undefined : contentType;
  const hasMetadata = Object.keys(metadata).length > 0;
  return {
    path,
    temp,
    handle,
    sidecar: {
      crc32c: crc32c.digest(),
      ...(ownType === undefined ? {} : { contentType: ownType }),
      ...(hasMetadata ? { metadata: { ...metadata } } : {}),
    },
    needsSidecar: ownType !== undefined || hasMetadata,
  };
}

/** Gives the draft its name, all at once; undefined when the precondition does not hold (any more). */
async function publish(
  draft: Draft,
  ifGenerationMatch: string | undefined,
  signal: AbortSignal | undefined,
): Promise<FileVersion | undefined> {
  // link(2) alone decides who creates an object; only what changes beside it needs the lock
  if (ifGenerationMatch === NONE && !draft.needsSidecar) {
    const version = await stampVersion(draft.handle, draft.path, undefined);
    const linked = await linkDraft(draft);
    if (linked !== 'unsupported') return linked === 'done' ? version : undefined;
  }
  // most of the waiting for the disk, before others have to wait for us
  await draft.handle.datasync();
  return withLock(draft.path, signal, (lock) => publishLocked(draft, ifGenerationMatch, lock));
}

async function publishLocked(
  draft: Draft,
  ifGenerationMatch: string | undefined,
  lock: HeldLock,
): Promise<FileVersion | undefined> {
  const { path, temp, handle, sidecar, needsSidecar } = draft;
  for (;;) {
    const present = await versionAt(path);
    if (!matches(present, ifGenerationMatch)) return undefined;
    const version = await stampVersion(handle, path, present);
    lock.assertHeld();
    if (needsSidecar) {
      await writeSidecar(path, { generation: version.generation, sidecar }, present?.generation);
    }
    if (present === undefined) {
      const linked = await linkDraft(draft);
      if (linked === 'done') return version;
      // created meanwhile by a writer that needs no lock: what is there now decides
      if (linked === 'exists') continue;
    }
    lock.assertHeld();
    await rename(temp, path);
    await syncFolder(dirname(path));
    if (!needsSidecar && present !== undefined) await removeSidecar(path);
    return version;
  }
}

/** Names the draft unless the name is taken. `unsupported`: exFAT and some network folders have no links. */
async function linkDraft({ temp, path }: Draft): Promise<'done' | 'exists' | 'unsupported'> {
  try {
    await link(temp, path);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      if (!(await lstat(path)).isFile()) throw inTheWay(path);
      return 'exists';
    }
    if (hasCode(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK')) return 'unsupported';
    throw error;
  }
  await syncFolder(dirname(path));
  return 'done';
}

/** Makes a name durable. Not every system can open or sync a folder, and none needs it to be right without a power cut. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!hasCode(error, 'EISDIR', 'EINVAL', 'EPERM', 'EACCES', 'ENOTSUP', 'EBADF')) throw error;
  }
}

/** The answer when the precondition does not hold: what is there, with its checksum, or nothing. */
async function notWritten(path: string, signal: AbortSignal | undefined): Promise<WriteResult> {
  for (;;) {
    const present = await versionAt(path);
    if (present === undefined) return { written: false };
    try {
      const pinned = { generation: present.generation, ...(signal === undefined ? {} : { signal }) };
      const info: ObjectInfo = await statObject(path, pinned);
      const crc32c = info.crc32c ?? (await readCrc32c(path, pinned));
      return { written: false, object: { ...info, crc32c } };
    } catch (error) {
      // it was replaced meanwhile: look again
      if (!isNotFound(error)) throw error;
    }
  }
}

function notAnObject(path: string): ScorerError {
  return new ScorerError(
    `${path} can't be an object: it is a folder, or a name the storage keeps for itself.`,
    {
      code: 'INVALID_MESSAGE',
      detail: { path },
    },
  );
}

function inTheWay(path: string): ScorerError {
  return new ScorerError(`Cannot write ${path}: a folder or a link has that name.`, {
    code: 'STORAGE_FAILED',
    detail: { path },
  });
}
