import { hash } from 'node:crypto';
import { parseJson } from '../../decode/json.ts';
import { decodeUtf8 } from '../../decode/text.ts';
import { isObject } from '../../json-object.ts';
import { type ManifestDocument, parseManifest } from '../manifest.ts';
import type { CheckedFile } from './bare.ts';
import { ITSELF, makeGolden } from './golden.ts';
import { encodeManifest } from './init.ts';

/** A manifest whose files are pinned as they are now. */
export interface RepinnedManifest {
  readonly manifest: Uint8Array;
  /** The golden file to write before it, where its rows were predicted again. */
  readonly golden: { readonly file: string; readonly bytes: Uint8Array; readonly rows: number } | undefined;
}

/**
 * Pins the files of a manifest again, after it or one of them was changed by hand. Golden rows that the model
 * itself predicted are predicted again, for a threshold changes their labels; those of anybody else stay: they
 * are what the model is held against.
 *
 * @param read reads a file of the model's folder
 * @throws ScorerError `MODEL_INVALID` for a manifest or a model that is wrong
 */
export async function repinManifest(
  manifest: Uint8Array,
  read: (file: string) => Promise<CheckedFile>,
): Promise<RepinnedManifest> {
  await parseManifest(manifest);
  const document = parseJson(decodeUtf8(manifest, 'The manifest'), 'The manifest') as ManifestDocument; // it was valid
  const model = await read(document.model.file);
  const data = await Promise.all((document.data ?? []).map(({ file }) => read(file)));
  const pinned: ManifestDocument = {
    ...document,
    model: model.pinned,
    ...(document.data === undefined ? {} : { data: data.map((each) => each.pinned) }),
  };
  if (document.golden === undefined) return { manifest: encodeManifest(pinned), golden: undefined };
  const { file } = document.golden;
  const present = await read(file);
  const instances = instancesOf(present.bytes);
  if (instances === undefined) {
    return { manifest: encodeManifest({ ...pinned, golden: present.pinned }), golden: undefined };
  }
  const bytes = await makeGolden({ ...model, data }, pinned, instances);
  const sha256 = hash('sha256', bytes);
  return {
    manifest: encodeManifest({ ...pinned, golden: { file, sha256 } }),
    golden: { file, bytes, rows: instances.length },
  };
}

/** The rows of a golden file that the model itself predicted; undefined for any other. */
function instancesOf(golden: Uint8Array): readonly unknown[] | undefined {
  const document = parseJson(decodeUtf8(golden, 'The golden file'), 'The golden file');
  if (!isObject(document) || document['predicted_by'] !== ITSELF) return undefined;
  const { rows } = document;
  return Array.isArray(rows) ? rows.map((row) => (isObject(row) ? row['instance'] : undefined)) : undefined;
}
