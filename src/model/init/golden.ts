import { hash } from 'node:crypto';
import { toDigest } from '../files.ts';
import { predictInstances } from '../golden.ts';
import { type ManifestDocument, toManifest } from '../manifest.ts';
import { openModel, placeInline } from '../open.ts';
import { toMembers } from '../predictions.ts';
import { createStopwatch } from '../stopwatch.ts';
import type { BareModel } from './bare.ts';
import { encodeManifest, type FirstManifest } from './init.ts';

/** The files that `model init` writes. */
export interface MadeManifest {
  readonly document: ManifestDocument;
  readonly manifest: Uint8Array;
  readonly golden: Uint8Array;
  /** Rows in the golden file. */
  readonly rows: number;
  /** What a person should look at. */
  readonly notes: readonly string[];
}

/** Rows of a golden file that is made. */
const GOLDEN_ROWS = 20;

/**
 * How far a number may be off elsewhere: processors differ in the last bits of a float32, and sums of
 * many trees add them up.
 */
const TOLERANCE = 1e-5;

const GOLDEN_FILE = 'golden.json';

/** Says of a golden file that nobody but the model made it. */
export const ITSELF = 'the model itself, by scorestream model init';

/** Adds golden rows to a first manifest, with what the model itself predicts for them. */
export async function addGolden(
  bare: BareModel,
  { document, instances, notes }: FirstManifest,
): Promise<MadeManifest> {
  const rows = instances.slice(0, GOLDEN_ROWS);
  const golden = await makeGolden(bare, document, rows);
  const pinned = { file: GOLDEN_FILE, sha256: hash('sha256', golden) };
  const { format, name, version, task, model, ...rest } = document;
  const complete: ManifestDocument = { format, name, version, task, model, golden: pinned, ...rest };
  return { document: complete, manifest: encodeManifest(complete), golden, rows: rows.length, notes };
}

/** The golden file of some rows: what the model predicts for them under a manifest. */
export async function makeGolden(
  bare: BareModel,
  document: ManifestDocument,
  instances: readonly unknown[],
): Promise<Buffer> {
  return encodeGolden(instances, await predict(bare, document, instances));
}

async function predict(
  bare: BareModel,
  document: ManifestDocument,
  instances: readonly unknown[],
): Promise<readonly object[]> {
  const manifestBytes = encodeManifest(document);
  const manifest = toManifest(document);
  const model = await openModel(
    {
      identity: { name: manifest.name, version: manifest.version, digest: toDigest(manifestBytes) },
      manifestBytes,
      manifest,
      model: bare.bytes,
      golden: undefined,
      data: new Map(bare.data.map(({ pinned, bytes }) => [pinned.file, bytes])),
    },
    { watch: createStopwatch(), place: placeInline },
  );
  try {
    const predictions = await predictInstances(model, instances);
    return instances.map((_, row) => toMembers(predictions, row));
  } finally {
    await model.release();
  }
}

/** One row a line, for people and diffs. */
function encodeGolden(instances: readonly unknown[], predictions: readonly object[]): Buffer {
  const rows = instances.map((instance, row) => JSON.stringify({ instance, prediction: predictions[row] }));
  const head = {
    format: 1,
    predicted_by: ITSELF,
    tolerance: TOLERANCE,
  };
  return Buffer.from(`${JSON.stringify(head).slice(0, -1)},"rows":[\n${rows.join(',\n')}\n]}\n`);
}
