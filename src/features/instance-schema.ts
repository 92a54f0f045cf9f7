import type { ColumnSpec } from './column-spec.ts';
import { featuresOf } from './column-spec.ts';
import type { InputType } from './frame.ts';
import type { Feature, FeatureSchema } from './schema.ts';
import { type JsonSchema, toColumnSchema, toFeatureSchema } from './value-schema.ts';

/** The shapes that an instance may have; those that the model can't have are absent. */
export interface InstanceSchemas {
  /** An object by column name. */
  readonly columns?: JsonSchema;
  /** An array of features, in the model's order. */
  readonly array: JsonSchema;
  /** An object by feature name. */
  readonly features?: JsonSchema;
}

/**
 * Says as JSON Schema which instances `encodeInstances` takes.
 *
 * @param specs the manifest's columns, those that the schema was made from
 */
export function toInstanceSchemas(schema: FeatureSchema, specs: readonly ColumnSpec[]): InstanceSchemas {
  const { features, columnNames, passthrough } = schema;
  const named = new Set(schema.featureNames);
  const handedOn = passthrough.map((name) => [name, { description: 'Comes back with the prediction.' }]);
  const array = toArraySchema(features);
  const byFeatures = {
    type: 'object',
    description: 'One row by feature name. Other keys are ignored.',
    properties: Object.fromEntries([...handedOn, ...features.map((each) => [each.name, toSchema(each)])]),
    required: schema.featureNames,
  };
  if (specs.length === 0) return { array, features: byFeatures };
  const typeOf = new Map(features.map(({ name, slot }) => [name, slot.type]));
  const columns = {
    type: 'object',
    description: 'One row by column name. Other keys are ignored.',
    properties: Object.fromEntries([
      ...handedOn,
      ...specs.map((spec) => [spec.name, toColumnSchema(spec, { type: firstType(spec, typeOf) })]),
    ]),
    required: columnNames,
  };
  // an object with all columns is read by its columns, whatever else it has
  if (columnNames.every((name) => named.has(name))) return { columns, array };
  return { columns, array, features: { ...byFeatures, not: { required: columnNames } } };
}

/** As many positions as features; one schema for all where they are of one kind. */
function toArraySchema(features: readonly Feature[]): JsonSchema {
  const schemas = features.map(toSchema);
  const [first = {}] = schemas;
  const isUniform = features.every(
    ({ slot, writeMissing }) =>
      slot.type === features[0]?.slot.type &&
      (writeMissing === undefined) === (features[0].writeMissing === undefined),
  );
  return {
    type: 'array',
    description: `One row as ${features.length} features, in the model's order.`,
    ...(isUniform ? { items: first } : { prefixItems: schemas }),
    minItems: features.length,
    maxItems: features.length,
  };
}

function toSchema({ slot, writeMissing }: Feature): JsonSchema {
  return toFeatureSchema(slot.type, writeMissing !== undefined);
}

function firstType(spec: ColumnSpec, typeOf: ReadonlyMap<string, InputType>): InputType {
  return typeOf.get(featuresOf(spec)[0] ?? '') ?? 'float32'; // every column has a feature
}
