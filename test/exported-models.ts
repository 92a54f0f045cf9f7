// The models of test/models: their files, the rows they were asked, and what their own libraries answered.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toDigest } from '../src/model/files.ts';
import { type BareModel, readBareModel } from '../src/model/init/bare.ts';
import { encodeManifest, makeFirstManifest } from '../src/model/init/init.ts';
import { profileCsv, type TableProfile } from '../src/model/init/profile.ts';
import { type ManifestDocument, parseManifest } from '../src/model/manifest.ts';
import type { Model } from '../src/model/model.ts';
import { openModel, type PlaceModel, placeInline } from '../src/model/open.ts';
import type { Label } from '../src/model/predictions.ts';
import { createStopwatch } from '../src/model/stopwatch.ts';

const FOLDER = join(import.meta.dirname, 'models');

/** What a library said of the rows; only what it gives is there. */
export interface Expected {
  readonly labels?: readonly Label[];
  readonly classes?: readonly Label[];
  readonly probabilities?: readonly (readonly number[])[];
  readonly scores?: readonly (number | readonly number[])[];
  readonly values?: readonly (readonly number[])[];
}

/** A model that another library trained and exported. */
export interface ExportedModel {
  readonly name: string;
  readonly folder: string;
  readonly library: string;
  readonly task: string;
  readonly tolerance: number;
  /** What a person must write, because the graph does not tell. */
  readonly manifest: Partial<ManifestDocument>;
  readonly instances: readonly unknown[];
  readonly expected: Expected;
  /** A CSV of its raw columns, where there is one. */
  readonly table: string | undefined;
}

/** All of them, by name. */
export const EXPORTED_MODELS: readonly ExportedModel[] = readdirSync(FOLDER)
  .filter((name) => existsSync(join(FOLDER, name, 'model.onnx')))
  .map((name) => {
    const folder = join(FOLDER, name);
    const rows = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as Omit<
      ExportedModel,
      'name' | 'folder' | 'table'
    >; // written by export.py
    const table = join(folder, 'train.csv');
    return { ...rows, name, folder, table: existsSync(table) ? table : undefined };
  });

/** True when rows are objects by columns that the graph alone does not name. */
export function needsTable({ instances, table, name }: ExportedModel): boolean {
  return table !== undefined && !Array.isArray(instances[0]) && name !== 'mixed-inputs';
}

/** Reads a model's file and the files beside it. */
export async function readExported({ folder }: ExportedModel): Promise<BareModel> {
  return readBareModel('model.onnx', async (file) => {
    const bytes = readFileSync(join(folder, file));
    return { pinned: { file, sha256: createHash('sha256').update(bytes).digest('hex') }, bytes };
  });
}

/** The manifest that `model init` makes of it, with what a person must add. */
export async function initExported(exported: ExportedModel): Promise<ManifestDocument> {
  const options = needsTable(exported) ? { table: await profileOf(exported) } : {};
  const { document } = await makeFirstManifest(await readExported(exported), options);
  return { ...document, ...exported.manifest };
}

/** What the columns of its CSV hold. */
export async function profileOf({ table = '' }: ExportedModel): Promise<TableProfile> {
  return profileCsv(
    (async function* () {
      yield readFileSync(table);
    })(),
  );
}

/** Opens it under a manifest. */
export async function openExported(
  exported: ExportedModel,
  document: ManifestDocument,
  place: PlaceModel = placeInline,
): Promise<Model> {
  const bare = await readExported(exported);
  const manifestBytes = encodeManifest(document);
  const manifest = await parseManifest(manifestBytes);
  return openModel(
    {
      identity: { name: manifest.name, version: manifest.version, digest: toDigest(manifestBytes) },
      manifestBytes,
      manifest,
      model: bare.bytes,
      golden: undefined,
      data: new Map(bare.data.map(({ pinned, bytes }) => [pinned.file, bytes])),
    },
    { watch: createStopwatch(), place },
  );
}
