import { createCrc32c } from '../../crc32c.ts';
import { ScorerError } from '../../errors.ts';
import type { Storage } from '../../ports/storage.ts';
import { createModelFiles, toDigest } from '../files.ts';
import { type PinnedFile, parseManifest } from '../manifest.ts';
import type { ModelIdentity } from '../model.ts';
import { createStopwatch } from '../stopwatch.ts';
import { readPresent, toManifestUri, writeManifest } from './present.ts';
import { nameFiles, renameFiles } from './rename.ts';

/** What is published, from where to where. */
export interface PublishOptions {
  /** The folder that holds the model, without a slash at its end. */
  readonly from: string;
  /** The folder that it is published in, without a slash at its end. */
  readonly to: string;
  readonly signal: AbortSignal;
  /** A file of more bytes is refused before it is read. */
  readonly maxBytes: number;
}

/** What came of publishing a model. */
export interface Publication {
  /** What is served from now on; its digest is that of the published manifest. */
  readonly identity: ModelIdentity;
  /** The digest of the manifest in the folder that it came from: its files have other names there. */
  readonly localDigest: string;
  /** The digest of what was published before, if anything was. */
  readonly replaced: string | undefined;
  /** Names of the files beside the manifest, and whether they were there already. */
  readonly files: readonly { readonly name: string; readonly isNew: boolean }[];
  /** False when this very manifest was published already: nothing was changed. */
  readonly isNew: boolean;
}

/**
 * Publishes a model: its files under the names of their contents, created once, then the manifest that
 * names them. Until that last write the old model is served, from then on the new one; no reader can meet
 * a mixture. Of two who publish at once one succeeds.
 *
 * The manifest and the checksums are checked; whether the model can be served is for the caller to try
 * before.
 *
 * @throws ScorerError `MODEL_INVALID` when a file is missing or not the one that the manifest pins;
 * `OUTPUT_CONFLICT` when someone else published meanwhile, or a name has another content; `STORAGE_FAILED`
 */
export async function publishModel(
  storage: Storage,
  { from, to, signal, maxBytes }: PublishOptions,
): Promise<Publication> {
  const present = await readPresent(storage, to, signal);
  const files = createModelFiles(storage, maxBytes, createStopwatch());
  const local = await files.read(toManifestUri(from), signal);
  const manifest = await parseManifest(local.bytes);
  const renamed = nameFiles(manifest);
  const published = renameFiles(local.bytes, renamed);
  const created: Publication['files'][number][] = [];
  for (const { pinned, name } of renamed) {
    const bytes = await files.readPinned(from, pinned, signal);
    created.push({ name, isNew: await createFile(storage, `${to}/${name}`, pinned, bytes, signal) });
  }
  const digest = toDigest(published);
  const isNew = digest !== present?.digest;
  if (isNew) await writeManifest(storage, to, published, present, signal);
  const { name, version } = manifest;
  return {
    identity: { name, version, digest },
    localDigest: toDigest(local.bytes),
    replaced: present?.digest,
    files: created,
    isNew,
  };
}

/** True when it was created; a file that is there with the same content is as good. */
async function createFile(
  storage: Storage,
  uri: string,
  { file }: PinnedFile,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<boolean> {
  const contentType = /\.json$/i.test(file) ? 'application/json' : 'application/octet-stream';
  const { written, object } = await storage.write(uri, bytes, {
    ifGenerationMatch: '0',
    contentType,
    signal,
  });
  if (written) return true;
  const crc32c = createCrc32c();
  crc32c.update(bytes);
  if (object?.size === bytes.length && object.crc32c === crc32c.digest()) return false;
  throw new ScorerError(
    `${uri} is there already and has another content than ${file}, by whose content it is named: ` +
      'it was overwritten or damaged. Remove it and publish again.',
    { code: 'OUTPUT_CONFLICT', detail: { uri } },
  );
}
