import { createHash } from 'node:crypto';
import { ScorerError } from '../errors.ts';
import type { Storage } from '../ports/storage.ts';
import { type PinnedFile, parseManifest } from './manifest.ts';
import type { Model } from './model.ts';
import { openModel } from './open.ts';

/**
 * Loads the model that a folder publishes: manifest, file, checksum, session, golden self-test.
 * Nothing is served that did not pass all of them.
 *
 * @param uri the folder, `gs://bucket/path` or a local path, without a slash at its end
 * @throws ScorerError `MODEL_INVALID` when a part is wrong or missing, `STORAGE_FAILED` when it could not be read
 */
export async function loadModel(storage: Storage, uri: string, signal?: AbortSignal): Promise<Model> {
  const manifestBytes = await readFile(storage, `${uri}/manifest.json`, signal);
  const manifest = await parseManifest(manifestBytes);
  const read = (file: PinnedFile): Promise<Uint8Array> => readPinned(storage, uri, file, signal);
  return openModel({
    identity: { name: manifest.name, version: manifest.version, digest: sha256(manifestBytes).slice(0, 12) },
    manifest,
    model: await read(manifest.model),
    golden: manifest.golden === undefined ? undefined : await read(manifest.golden),
    data: new Map(
      await Promise.all(manifest.data.map(async (each) => [each.file, await read(each)] as const)),
    ),
  });
}

async function readPinned(
  storage: Storage,
  uri: string,
  { file, sha256: expected }: PinnedFile,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await readFile(storage, `${uri}/${file}`, signal);
  const found = sha256(bytes);
  if (found === expected) return bytes;
  throw new ScorerError(`${uri}/${file} has the sha256 ${found}; the manifest says ${expected}.`, {
    code: 'MODEL_INVALID',
  });
}

async function readFile(storage: Storage, uri: string, signal?: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of storage.read(uri, signal ? { signal } : {})) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof ScorerError) || error.code !== 'OBJECT_NOT_FOUND') throw error;
    throw new ScorerError(`There is no ${uri}.`, { code: 'MODEL_INVALID', cause: error });
  }
  return Buffer.concat(chunks);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
