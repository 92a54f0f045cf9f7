import { toDigest } from './files.ts';
import { type PinnedFile, parseManifest } from './manifest.ts';
import type { Model } from './model.ts';
import { openModel, type PlaceModel } from './open.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What loading the model of a manifest needs. */
export interface LoadOptions {
  /** Reads a file that the manifest names and checks its bytes. */
  readonly read: (pinned: PinnedFile) => Promise<Uint8Array>;
  /** Settles when the model runtime is imported. */
  readonly runtime: Promise<unknown>;
  readonly watch: Stopwatch;
  readonly place: PlaceModel;
}

/**
 * Loads the model of a manifest: its files, session, self-test.
 *
 * @throws ScorerError `MODEL_INVALID` when a part is wrong; what `read` throws
 */
export async function loadManifest(
  manifestBytes: Uint8Array,
  { read, runtime, watch, place }: LoadOptions,
): Promise<Model> {
  const manifest = await parseManifest(manifestBytes);
  const [model, golden, ...data] = await Promise.all([
    read(manifest.model),
    manifest.golden && read(manifest.golden),
    ...manifest.data.map(async (pinned) => [pinned.file, await read(pinned)] as const),
  ]);
  await runtime;
  const identity = { name: manifest.name, version: manifest.version, digest: toDigest(manifestBytes) };
  const parts = { identity, manifestBytes, manifest, model, golden, data: new Map(data) };
  return openModel(parts, { watch, place });
}
