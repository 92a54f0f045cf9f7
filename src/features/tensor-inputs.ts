import type { Datatype } from '../decode/oip-datatype.ts';
import type { ColumnSpec } from './column-spec.ts';
import type { InputType } from './frame.ts';
import type { FeatureSchema } from './schema.ts';

/** A tensor as a model's metadata describes it. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  /** −1 for the number of rows. */
  readonly shape: readonly number[];
}

const DATATYPE_OF: Readonly<Record<InputType, Datatype>> = {
  float32: 'FP32',
  float64: 'FP64',
  int64: 'INT64',
  int32: 'INT32',
  bool: 'BOOL',
  string: 'BYTES',
};

/** The tensors that give a model its rows: one a column, or those of its graph where it has no columns. */
export function describeInputs(schema: FeatureSchema): readonly TensorSpec[] {
  if (schema.columns.length === 0) return describeGraphInputs(schema);
  return schema.columns.map(({ name, spec, type }) => ({
    name,
    datatype: toDatatype(spec, type),
    shape: [-1, 1],
  }));
}

/** The tensors that hold the features in the model's order, as its graph has them. */
export function describeGraphInputs({ inputs }: FeatureSchema): readonly TensorSpec[] {
  return inputs.map(({ name, type, width }) => ({ name, datatype: DATATYPE_OF[type], shape: [-1, width] }));
}

function toDatatype(spec: ColumnSpec, type: InputType): Datatype {
  switch (spec.type) {
    case 'category':
      return toCommonDatatype(spec.categories);
    case 'number':
      return spec.integer === true && (type === 'float32' || type === 'float64')
        ? 'INT64'
        : DATATYPE_OF[type];
    case 'boolean':
      return 'BOOL';
    case 'string':
    case 'timestamp':
      return 'BYTES';
  }
}

/** The datatype that holds each of some values: text where they differ in kind. */
export function toCommonDatatype(values: readonly (string | number | boolean)[]): Datatype {
  if (values.every((value) => typeof value === 'boolean')) return 'BOOL';
  if (values.every(Number.isSafeInteger)) return 'INT64';
  return values.every((value) => typeof value === 'number') ? 'FP64' : 'BYTES';
}
