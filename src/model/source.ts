import type { Clock } from '../ports/clock.ts';
import type { Storage } from '../ports/storage.ts';
import { createModelFiles, type ModelFiles, statFile } from './files.ts';
import type { DescribeModel } from './init/describe.ts';
import { type LoadOptions, loadManifest } from './load.ts';
import type { Model } from './model.ts';
import { type ModelParts, type PlaceModel, placeInline } from './open.ts';
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

/** How models are loaded. */
export interface ModelSourceOptions {
  /** A file of more bytes is refused before it is read. @default 512 MiB */
  readonly maxBytes?: number;
  /** Times the parts of a load. @default none: every part takes 0 ms */
  readonly clock?: Clock;
  /** Makes the manifest of a bare model file. @default in this process */
  readonly describe?: DescribeModel;
  /** Looks at a model's files before they are opened; a throw ends the load. @default nothing */
  readonly inspect?: (parts: ModelParts) => Promise<void>;
  /** Decides where a model's runs happen. @default in this thread, in large batches */
  readonly place?: PlaceModel;
}

/** The largest file of a model that is read by default, in bytes. */
export const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;

/**
 * Creates the source of the models at a place.
 *
 * @param uri a folder with a `manifest.json`, or a model file that ends in `.onnx`; `gs://bucket/path` or a
 * local path, without a slash at its end
 */
export function createModelSource(
  storage: Storage,
  uri: string,
  { maxBytes = DEFAULT_MAX_BYTES, clock, place = placeInline, describe, inspect }: ModelSourceOptions = {},
): ModelSource {
  const isBare = uri.toLowerCase().endsWith('.onnx');
  const slash = uri.lastIndexOf('/');
  const folder = isBare ? (slash === -1 ? '.' : uri.slice(0, slash)) : uri;
  const published = isBare ? uri : `${folder}/manifest.json`;
  const start = (signal: AbortSignal): Load => {
    const watch = createStopwatch(clock);
    // the runtime is imported and set up while the files are read
    const runtime = watch.time('importMs', prepareRuntime);
    runtime.catch(() => undefined); // loadManifest awaits it
    const files = createModelFiles(storage, maxBytes, watch);
    const read: Load['read'] = (pinned, within) => files.readPinned(folder, pinned, within);
    return { watch, runtime, files, place, signal, inspect, read };
  };
  const finish = async (manifest: Uint8Array, load: Load): Promise<LoadedModel> => {
    const model = await loadManifest(manifest, load);
    return { model, cost: load.watch.cost() };
  };
  return {
    look: async (signal) => (await statFile(storage, published, signal)).generation,
    async load(signal) {
      const load = start(signal);
      const { bytes, generation } = await load.files.read(published, signal);
      if (!isBare) return { ...(await finish(bytes, load)), generation };
      const model = { name: uri.slice(slash + 1), bytes };
      const { manifest, read } = await describeBare({ ...load, describe }, folder, model, signal);
      return { ...(await finish(manifest, { ...load, read })), generation };
    },
    loadPinned: (manifest, signal) => finish(manifest, start(signal)),
  };
}

/** One load under way. */
interface Load extends LoadOptions {
  readonly files: ModelFiles;
}

/** Makes the manifest of a bare model file in memory; its files are those that were read for that. */
async function describeBare(
  { files, describe }: Load & { readonly describe: DescribeModel | undefined },
  folder: string,
  model: { readonly name: string; readonly bytes: Uint8Array },
  signal: AbortSignal,
): Promise<{ readonly manifest: Uint8Array; readonly read: LoadOptions['read'] }> {
  const { readBareModel } = await import('./init/bare.ts');
  const { encodeManifest, makeFirstManifest } = await import('./init/init.ts');
  const bare = await readBareModel(model.name, async (file) => {
    const bytes = file === model.name ? model.bytes : (await files.read(`${folder}/${file}`, signal)).bytes;
    return { pinned: { file, sha256: await files.checksum(bytes) }, bytes };
  });
  const { document } = await (describe ?? makeFirstManifest)(bare, {});
  const known = new Map([bare, ...bare.data].map(({ pinned, bytes }) => [pinned.file, bytes]));
  return {
    manifest: encodeManifest(document),
    read: async ({ file }) => known.get(file) as Uint8Array, // the manifest names these alone
  };
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
