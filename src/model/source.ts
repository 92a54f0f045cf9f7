import { ScorerError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Storage } from '../ports/storage.ts';
import { createModelFiles, type ModelFiles, statFile } from './files.ts';
import { type OpenOptions, openModel } from './load.ts';
import type { Model } from './model.ts';
import { prepareRuntime } from './session.ts';
import { createStopwatch, type LoadCost } from './stopwatch.ts';

/** A model that passed its self-test, and what that cost. The caller releases it. */
export interface LoadedModel {
  readonly model: Model;
  readonly cost: LoadCost;
}

/** Where models come from: what is there now, and the models that jobs pin. */
export interface ModelSource {
  /**
   * Tells which version is there now, without reading it: the generation of the manifest, or of the
   * model file when that is all there is.
   *
   * @throws ScorerError `MODEL_INVALID` when there is none, `STORAGE_FAILED`
   */
  look(signal: AbortSignal): Promise<string>;
  /**
   * Loads what is there now: manifest, files, checksums, session, golden self-test.
   *
   * @throws ScorerError `MODEL_INVALID` when a part is wrong or missing, `STORAGE_FAILED` when one could not be read
   */
  load(signal: AbortSignal): Promise<LoadedModel & { readonly generation: string }>;
  /**
   * Loads the model of a manifest that was kept, from the files that it names, whatever the manifest
   * beside them says now.
   *
   * @throws ScorerError as `load`
   */
  loadPinned(manifest: Uint8Array, signal: AbortSignal): Promise<LoadedModel>;
}

/** Makes the manifest of a bare model file; it names the file, pins its checksum, and has no golden file. */
export type ToManifest = (file: {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}) => Promise<Uint8Array>;

/** How models are loaded. */
export interface ModelSourceOptions {
  /** A file of more bytes is refused before it is read. @default 512 MiB */
  readonly maxBytes?: number;
  /** Times the parts of a load. @default none: every part takes 0 ms */
  readonly clock?: Clock;
  /** Makes manifests of bare model files. @default none: they are refused */
  readonly toManifest?: ToManifest;
}

/** The largest file of a model that is read by default, in bytes. */
export const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;

const FROZEN: Clock = { nowMs: () => 0 };

/**
 * Creates the source of the models at a place.
 *
 * @param uri a folder with a `manifest.json`, or a model file that ends in `.onnx`; `gs://bucket/path` or a
 * local path, without a slash at its end
 */
export function createModelSource(
  storage: Storage,
  uri: string,
  { maxBytes = DEFAULT_MAX_BYTES, clock = FROZEN, toManifest }: ModelSourceOptions = {},
): ModelSource {
  const isBare = uri.toLowerCase().endsWith('.onnx');
  const slash = uri.lastIndexOf('/');
  const folder = isBare ? (slash === -1 ? '.' : uri.slice(0, slash)) : uri;
  const published = isBare ? uri : `${folder}/manifest.json`;
  const start = (signal: AbortSignal): Load => {
    const watch = createStopwatch(clock);
    // the runtime is imported and set up while the files are read
    const runtime = watch.time('importMs', prepareRuntime);
    runtime.catch(() => undefined); // openModel awaits it
    const files = createModelFiles(storage, maxBytes, watch);
    return { watch, runtime, files, read: (pinned) => files.readPinned(folder, pinned, signal) };
  };
  const finish = async (manifest: Uint8Array, load: Load): Promise<LoadedModel> => {
    const model = await openModel(manifest, load);
    return { model, cost: load.watch.cost() };
  };
  return {
    look: async (signal) => (await statFile(storage, published, signal)).generation,
    async load(signal) {
      if (isBare && toManifest === undefined) throw noManifest(uri);
      const load = start(signal);
      const { bytes, generation } = await load.files.read(published, signal);
      if (toManifest === undefined || !isBare) return { ...(await finish(bytes, load)), generation };
      const sha256 = await load.files.checksum(bytes);
      const manifest = await toManifest({ name: uri.slice(slash + 1), sha256, bytes });
      return { ...(await finish(manifest, { ...load, read: async () => bytes })), generation };
    },
    loadPinned: (manifest, signal) => finish(manifest, start(signal)),
  };
}

/** One load under way. */
interface Load extends OpenOptions {
  readonly files: ModelFiles;
}

function noManifest(uri: string): ScorerError {
  return new ScorerError(`${uri} is a bare model file: expected a folder with a manifest.json.`, {
    code: 'MODEL_INVALID',
  });
}

/**
 * Loads the model that is at a place, once; see {@link createModelSource}.
 *
 * @throws ScorerError as {@link ModelSource.load}
 */
export async function loadModel(
  storage: Storage,
  uri: string,
  signal: AbortSignal = new AbortController().signal,
  options: ModelSourceOptions = {},
): Promise<Model> {
  const { model } = await createModelSource(storage, uri, options).load(signal);
  return model;
}
