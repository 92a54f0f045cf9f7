import { toOwnName } from './content-name.ts';
import { toDigest } from './files.ts';
import { type PinnedFile, parseManifest } from './manifest.ts';
import type { Model } from './model.ts';
import { type ModelFileBytes, type ModelParts, openModel, type PlaceModel } from './open.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What loading the model of a manifest needs. */
export interface LoadOptions {
  /** Reads a file that the manifest names and checks its bytes. */
  readonly read: (pinned: PinnedFile, signal: AbortSignal) => Promise<Uint8Array>;
  readonly signal: AbortSignal;
  /** Settles when the model runtime is imported. */
  readonly runtime: Promise<unknown>;
  readonly watch: Stopwatch;
  readonly place: PlaceModel;
  /** Looks at what was read before it is opened; a throw ends the load. */
  readonly inspect: ((parts: ModelParts) => Promise<void>) | undefined;
}

/** How long a file may take that is read again for a thread that takes another's place, in milliseconds. */
const READ_AGAIN_MS = 300_000;

/**
 * Loads the model of a manifest: its files, session, self-test.
 *
 * @throws ScorerError `MODEL_INVALID` when a part is wrong; what `read` throws
 */
export async function loadManifest(manifestBytes: Uint8Array, options: LoadOptions): Promise<Model> {
  const { read, signal, runtime, watch, place, inspect } = options;
  const manifest = await parseManifest(manifestBytes);
  const readFiles = async (within: AbortSignal): Promise<ModelFileBytes> => {
    const [model, ...data] = await Promise.all([
      read(manifest.model, within),
      ...manifest.data.map(async (pinned) => ({ pinned, bytes: await read(pinned, within) })),
    ]);
    // the model knows a file by the name that it had before it was published
    const named = data.flatMap(({ pinned, bytes }) => [
      [toOwnName(pinned), bytes] as const,
      [pinned.file, bytes] as const,
    ]);
    return { model, data: new Map(named) };
  };
  const [files, golden] = await Promise.all([
    readFiles(signal),
    manifest.golden && read(manifest.golden, signal),
  ]);
  const identity = { name: manifest.name, version: manifest.version, digest: toDigest(manifestBytes) };
  const parts = { identity, manifestBytes, manifest, golden, ...files };
  await inspect?.(parts);
  await runtime;
  const readAgain = (): Promise<ModelFileBytes> => readFiles(AbortSignal.timeout(READ_AGAIN_MS));
  return openModel(parts, { watch, place, readAgain });
}
