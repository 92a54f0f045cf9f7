import { ScorerError, show } from '../../errors.ts';
import type { ObjectInfo, Storage } from '../../ports/storage.ts';
import { isContentNamed } from '../content-name.ts';
import { createModelFiles, statFile } from '../files.ts';
import { parseManifest } from '../manifest.ts';
import type { ModelIdentity } from '../model.ts';
import { createStopwatch } from '../stopwatch.ts';
import { type PublishedManifest, readPresent, readVersion, toManifestUri, writeManifest } from './present.ts';

/** Which model to go back to, and where. */
export interface RollbackOptions {
  /** The folder that the model is published in, without a slash at its end. */
  readonly folder: string;
  /** The digest of a model that was published there. @default that of the last one that differs from what is there now */
  readonly digest?: string;
  readonly signal: AbortSignal;
  /** A file of more bytes is refused before it is read. */
  readonly maxBytes: number;
}

/** What came of going back. */
export interface Rollback {
  /** What is served from now on. */
  readonly identity: ModelIdentity;
  /** The digest of what was served before, if anything was. */
  readonly replaced: string | undefined;
  /** False when that model was served already: nothing was changed. */
  readonly isNew: boolean;
}

/** So many versions that differ are looked at, newest first. */
const MAX_VERSIONS = 200;

/** So many digests are named when the one asked for isn't found. */
const MAX_NAMED = 10;

/**
 * Publishes a model again that was published before, by writing its manifest back. Its files are still
 * there, for they are never overwritten.
 *
 * @throws ScorerError `OBJECT_NOT_FOUND` when there is no such version; `MODEL_INVALID` when it can't be
 * served any more; `OUTPUT_CONFLICT` when someone else published meanwhile; `STORAGE_FAILED`
 */
export async function rollBackModel(storage: Storage, options: RollbackOptions): Promise<Rollback> {
  const { folder, digest, signal, maxBytes } = options;
  const present = await readPresent(storage, folder, signal);
  const chosen = await choose(storage, folder, present, digest, signal);
  const { name, version } = await checkServable(storage, folder, chosen, maxBytes, signal);
  const isNew = chosen.digest !== present?.digest;
  if (isNew) await writeManifest(storage, folder, chosen.bytes, present, signal);
  return { identity: { name, version, digest: chosen.digest }, replaced: present?.digest, isNew };
}

async function choose(
  storage: Storage,
  folder: string,
  present: PublishedManifest | undefined,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<PublishedManifest> {
  if (digest !== undefined && digest === present?.digest) return present;
  const uri = toManifestUri(folder);
  const seen: string[] = present === undefined ? [] : [present.digest];
  for (const { generation } of await listDistinct(storage, uri, signal)) {
    const version = await readVersion(storage, uri, generation, signal);
    if (version === undefined || seen.includes(version.digest)) continue; // it expired just now; or is what is served
    if (digest === undefined || version.digest === digest) return version;
    seen.push(version.digest);
  }
  if (digest === undefined) {
    throw new ScorerError(
      `${uri} has no earlier version to go back to: nothing else was published there, or the bucket keeps no versions.`,
      { code: 'OBJECT_NOT_FOUND', detail: { uri } },
    );
  }
  const known = seen.slice(0, MAX_NAMED).join(', ') || 'nothing';
  throw new ScorerError(`${uri} never was ${show(digest)}, as far as it is kept: it was ${known}.`, {
    code: 'OBJECT_NOT_FOUND',
    detail: { uri, digest, known: seen },
  });
}

/** The versions of an object, newest first, without those whose content a newer one has. */
async function listDistinct(
  storage: Storage,
  uri: string,
  signal: AbortSignal,
): Promise<readonly ObjectInfo[]> {
  const versions: ObjectInfo[] = [];
  for await (const info of storage.list(uri, { versions: true, signal })) {
    if (info.uri.endsWith('/manifest.json')) versions.push(info); // a prefix has other objects too
  }
  const contents = new Set<string>();
  const distinct = versions.toReversed().filter(({ size, crc32c, generation }) => {
    const content = `${size} ${crc32c ?? generation}`;
    return !contents.has(content) && contents.add(content);
  });
  return distinct.slice(0, MAX_VERSIONS);
}

/** Files named by their contents must be there, others must also have the contents that the manifest pins. */
async function checkServable(
  storage: Storage,
  folder: string,
  { bytes, digest }: PublishedManifest,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Pick<ModelIdentity, 'name' | 'version'>> {
  const files = createModelFiles(storage, maxBytes, createStopwatch());
  try {
    const { name, version, model, golden, data } = await parseManifest(bytes);
    for (const pinned of [model, ...(golden === undefined ? [] : [golden]), ...data]) {
      if (isContentNamed(pinned)) await statFile(storage, `${folder}/${pinned.file}`, signal);
      else await files.readPinned(folder, pinned, signal);
    }
    return { name, version };
  } catch (error) {
    if (!(error instanceof ScorerError) || error.code !== 'MODEL_INVALID') throw error;
    throw new ScorerError(`The model ${digest} can't be served any more: ${error.message}`, {
      code: 'MODEL_INVALID',
      cause: error,
    });
  }
}
