import type { Category, CategorySpec, ColumnSpec, NumberSpec } from './column-spec.ts';
import type { FeatureSlot, InputType } from './frame.ts';
import { rangeOf } from './number.ts';

/** A JSON Schema, draft 2020-12, as OpenAPI 3.1 has them. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** From here on a double is beyond float32 even when it is rounded: 2^128 less half of the last step. */
const BEYOND_FLOAT32 = 2 ** 128 - 2 ** 103;

/** A number that {@link rangeOf} a type of input allows. */
function toNumberSchema(type: InputType): JsonSchema {
  if (type === 'float32') {
    return { type: 'number', exclusiveMinimum: -BEYOND_FLOAT32, exclusiveMaximum: BEYOND_FLOAT32 };
  }
  const { min, max, whole } = rangeOf(type);
  return whole ? { type: 'integer', minimum: min, maximum: max } : { type: 'number' };
}

/** What a feature takes in JSON, as `writeFeature` reads it. @param isNullable true where a missing value is none */
export function toFeatureSchema(type: InputType, isNullable: boolean): JsonSchema {
  if (type === 'bool') return { enum: [true, false, 1, 0, ...(isNullable ? [null] : [])] };
  const schema = type === 'string' ? { type: 'string' } : toNumberSchema(type);
  return isNullable ? { ...schema, type: [schema['type'], 'null'] } : schema;
}

/**
 * What a column takes in JSON, as its `write` reads it.
 *
 * @param type of the model's input that the column fills
 */
export function toColumnSchema(spec: ColumnSpec, { type }: Pick<FeatureSlot, 'type'>): JsonSchema {
  const isMissable = spec.missing !== undefined && spec.missing !== 'error';
  const schema = toValueSchema(spec, type, isMissable);
  if (!isMissable) return schema;
  const missing = { enum: [null, ''], description: 'Missing.' };
  return { anyOf: [schema, missing] };
}

function toValueSchema(spec: ColumnSpec, type: InputType, isMissable: boolean): JsonSchema {
  switch (spec.type) {
    case 'category':
      return toCategorySchema(spec, type, isMissable);
    case 'number':
      return toBoundedSchema(spec, type);
    case 'boolean':
      return { enum: [true, false, 1, 0] };
    case 'string':
      return TEXT;
    case 'timestamp':
      return { type: 'string', pattern: TIMESTAMP, description: 'A time as ISO 8601 writes it.' };
  }
}

/** Larger whole numbers have lost digits; a double beyond them is always whole. */
const TEXT: JsonSchema = {
  anyOf: [
    { type: 'string', minLength: 1 },
    { type: 'boolean' },
    { type: 'number', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  ],
};

const TIMESTAMP =
  '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' +
  '([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?' +
  '(Z|z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?)?$';

/** As `parseNumber` reads text. */
const NUMBER_TEXT = '^([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?|True|False)$';

function toBoundedSchema({ min, max, integer = false }: NumberSpec, type: InputType): JsonSchema {
  const held = toNumberSchema(type);
  const { whole } = rangeOf(type);
  const bounds = {
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
  };
  const narrow = whole ? { ...bounds, ...narrower(bounds, rangeOf(type)) } : bounds;
  return { ...held, ...narrow, type: integer || whole ? 'integer' : 'number' };
}

function narrower(
  { minimum, maximum }: { readonly minimum?: number; readonly maximum?: number },
  range: { readonly min: number; readonly max: number },
): JsonSchema {
  return {
    minimum: Math.max(minimum ?? range.min, range.min),
    maximum: Math.min(maximum ?? range.max, range.max),
  };
}

function toCategorySchema(
  { categories, unknown = 'error', encoding = 'one-hot' }: CategorySpec,
  type: InputType,
  isMissable: boolean,
): JsonSchema {
  const known = { enum: toSpellings(categories, isMissable) };
  if (unknown === 'error') return known;
  const others = 'A value that is none of these is taken as unknown.';
  if (encoding === 'one-hot' || type === 'string') {
    const any = [{ type: 'string', minLength: 1 }, { type: ['number', 'boolean'] }];
    return { anyOf: [known, ...any], description: others };
  }
  const any = [toNumberSchema(type), { type: 'string', pattern: NUMBER_TEXT }];
  return { anyOf: [known, ...any], description: others };
}

/** A category matches by its text: the values of the manifest first, then what else JSON may write for them. */
function toSpellings(categories: readonly Category[], isMissable: boolean): readonly Category[] {
  const spellings = new Set<Category>(categories);
  for (const text of categories.map(String)) {
    spellings.add(text);
    if (String(Number(text)) === text && Number.isFinite(Number(text))) spellings.add(Number(text));
    if (text === 'true' || text === 'false') spellings.add(text === 'true');
  }
  if (isMissable) spellings.delete('');
  return [...spellings];
}
