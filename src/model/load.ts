import { createFeatureSchema } from '../features/schema.ts';
import { toDigest } from './files.ts';
import { testGolden } from './golden.ts';
import { type Manifest, type PinnedFile, parseManifest } from './manifest.ts';
import type { Model, Predictions } from './model.ts';
import { createSession, type Session } from './session.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What opening a model needs beside its manifest. */
export interface OpenOptions {
  /** Reads a file that the manifest names and checks its bytes. */
  readonly read: (pinned: PinnedFile) => Promise<Uint8Array>;
  /** Settles when the model runtime is imported. */
  readonly runtime: Promise<unknown>;
  readonly watch: Stopwatch;
}

/**
 * Opens the model of a manifest: files, session, golden self-test. Nothing is served that did not pass
 * all of them.
 *
 * @throws ScorerError `MODEL_INVALID` when a part is wrong; what `read` throws
 */
export async function openModel(
  manifestBytes: Uint8Array,
  { read, runtime, watch }: OpenOptions,
): Promise<Model> {
  const manifest = await parseManifest(manifestBytes);
  const schema = createFeatureSchema(manifest.features, manifest.columns);
  const [bytes, golden] = await Promise.all([
    read(manifest.model),
    manifest.golden === undefined ? undefined : read(manifest.golden),
    runtime,
  ]);
  const session = await watch.time('sessionMs', () => createSession(bytes, manifest));
  const model: Model = {
    identity: { name: manifest.name, version: manifest.version, digest: toDigest(manifestBytes) },
    manifest: manifestBytes,
    schema,
    classes: manifest.outputs.classes,
    run: (values) => run(session, manifest, values),
    release: () => session.release(),
  };
  try {
    if (golden !== undefined) {
      await watch.time('selfTestMs', () => testGolden(model, golden));
    }
  } catch (error) {
    await model.release();
    throw error;
  }
  return model;
}

async function run(session: Session, manifest: Manifest, values: Float32Array): Promise<Predictions> {
  const width = manifest.features.length;
  const { classes, positive, threshold } = manifest.outputs;
  const rows = values.length / width;
  const padded = await session.run(rows % 2 === 0 ? values : repeatLastRow(values, width));
  const probabilities = padded.probabilities.subarray(0, rows * classes.length);
  const positiveIndex = classes.indexOf(positive);
  const probability = Float32Array.from(
    { length: rows },
    (_, row) => probabilities[row * classes.length + positiveIndex] ?? Number.NaN,
  );
  const labels = padded.labels.slice(0, rows);
  return {
    classes,
    labels: threshold === undefined ? labels : labelByThreshold(probability, threshold, manifest),
    probability,
    probabilities,
  };
}

function repeatLastRow(values: Float32Array, width: number): Float32Array {
  const padded = new Float32Array(values.length + width);
  padded.set(values);
  padded.copyWithin(values.length, values.length - width, values.length);
  return padded;
}

function labelByThreshold(
  probability: Float32Array,
  threshold: number,
  manifest: Manifest,
): Predictions['labels'] {
  const { classes, positive } = manifest.outputs;
  const other = classes.find((label) => label !== positive) ?? positive;
  return Array.from(probability, (each) => (each >= threshold ? positive : other));
}
