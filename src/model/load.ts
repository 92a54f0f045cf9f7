import { createHash } from 'node:crypto';
import { ScorerError } from '../errors.ts';
import { createFeatureSchema } from '../features/schema.ts';
import type { Storage } from '../ports/storage.ts';
import { testGolden } from './golden.ts';
import { type Manifest, type PinnedFile, parseManifest } from './manifest.ts';
import type { Model, Predictions } from './model.ts';
import { createSession, type Session } from './session.ts';

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
  const schema = createFeatureSchema(manifest.features, manifest.columns);
  const session = await createSession(await readPinned(storage, uri, manifest.model, signal), manifest);
  const model: Model = {
    identity: { name: manifest.name, version: manifest.version, digest: sha256(manifestBytes).slice(0, 12) },
    schema,
    classes: manifest.outputs.classes,
    run: (values) => run(session, manifest, values),
    release: () => session.release(),
  };
  try {
    if (manifest.golden !== undefined) {
      await testGolden(model, await readPinned(storage, uri, manifest.golden, signal));
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
