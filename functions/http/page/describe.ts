import { parseJson } from '../../../src/decode/json.ts';
import { decodeUtf8 } from '../../../src/decode/text.ts';
import { type ManifestDocument, toManifest } from '../../../src/model/manifest.ts';
import type { Model, ModelIdentity } from '../../../src/model/model.ts';
import type { OutputKind } from '../../../src/model/predictions.ts';
import { sampleInstances } from '../../../src/model/samples.ts';
import { type Field, toColumnField, toFeatureField, toInstanceField } from './fields.ts';

/** What the page tells of a model. */
export interface PageModel {
  readonly identity: ModelIdentity;
  /** What it predicts, in the words of who published it; empty where there are none. */
  readonly description: string;
  readonly fields: readonly Field[];
  /** What the values of the fields make: an object by column, an array of features, or the one value itself. */
  readonly instance: 'object' | 'array' | 'value';
  readonly output: OutputKind;
}

/** The most columns and features that get a field each: with more, people paste. */
const MAX_COLUMN_FIELDS = 200;
const MAX_FEATURE_FIELDS = 32;

/** Describes a loaded model for the page. The values that its fields begin with are made up from the manifest. */
export function describeModel({ identity, manifest: bytes, schema, output }: Model): PageModel {
  const document = parseJson(decodeUtf8(bytes, 'The manifest'), 'The manifest') as ManifestDocument; // it was loaded
  const { columns, features } = toManifest(document);
  const [example] = sampleInstances({ inputs: schema.inputs, features, columns }, 1);
  const common = { identity, description: document.description ?? '', output };
  if (columns.length > MAX_COLUMN_FIELDS) {
    const field = toInstanceField(`a JSON object with ${columns.length} columns`, example);
    return { ...common, fields: [field], instance: 'value' };
  }
  if (columns.length > 0) {
    const values = example as Readonly<Record<string, unknown>>; // by column, as there are some
    const fields = columns.map((spec, index) =>
      toColumnField(spec, schema.columns[index]?.expected ?? '', values[spec.name]),
    );
    return { ...common, fields, instance: 'object' };
  }
  if (schema.features.length > MAX_FEATURE_FIELDS) {
    const field = toInstanceField(
      `a JSON array of ${schema.features.length} features, in the model's order`,
      example,
    );
    return { ...common, fields: [field], instance: 'value' };
  }
  const values = example as readonly unknown[]; // an array, as there are no columns
  const fields = schema.features.map(({ name, slot }, index) =>
    toFeatureField(name, slot.type, values[index]),
  );
  return { ...common, fields, instance: 'array' };
}
