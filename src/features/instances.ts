import { isObject } from '../decode/json.ts';
import { type FieldProblem, type RowFailure, show } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type EncodedRows, encodeRows } from './rows.ts';
import type { FeatureSchema } from './schema.ts';
import { checkNumber, encodeColumn } from './value.ts';

/** Of one row, so many problems are told: enough to mend it, few enough to read. */
const MAX_PROBLEMS_PER_ROW = 20;

const NUMBER = 'a number';

/**
 * Encodes instances: arrays in feature order, objects by column name, objects by feature name. An
 * object with all columns is read by its columns; else by the names of which it has more.
 *
 * @param values JSON values; a row that failed in decoding is in `failed` and is skipped here
 */
export function encodeInstances(
  schema: FeatureSchema,
  values: readonly unknown[],
  failed: readonly RowFailure[] = [],
): EncodedRows {
  const known = new Map(failed.map(({ row, problems }) => [row, problems]));
  return encodeRows(
    values.length,
    schema.width,
    (row, out, offset) => known.get(row) ?? encodeInstance(schema, values[row], out, offset),
  );
}

function encodeInstance(
  schema: FeatureSchema,
  value: unknown,
  out: Float32Array,
  offset: number,
): readonly FieldProblem[] {
  if (Array.isArray(value)) return encodeArray(schema, value, out, offset);
  if (!isObject(value)) {
    return [{ code: 'INVALID_INSTANCE', expected: 'an object or an array of numbers', got: show(value) }];
  }
  const byColumns = chooseColumns(schema, value);
  return byColumns ? encodeColumns(schema, value, out, offset) : encodeFeatures(schema, value, out, offset);
}

function encodeArray(
  { width, features }: FeatureSchema,
  values: readonly unknown[],
  out: Float32Array,
  offset: number,
): readonly FieldProblem[] {
  if (values.length !== width) {
    return [{ code: 'WRONG_FEATURE_COUNT', expected: `${width} features`, got: String(values.length) }];
  }
  const problems: FieldProblem[] = [];
  for (let index = 0; index < width; index += 1) {
    const value = values[index];
    out[offset + index] = value as number; // replaced by a problem below when it is none
    if (typeof value === 'number' && Number.isFinite(out[offset + index])) continue;
    const problem = checkNumber(value, value, NUMBER);
    if (problem !== undefined && problems.length < MAX_PROBLEMS_PER_ROW) {
      problems.push({ feature: features[index] ?? '', ...problem });
    }
  }
  return problems;
}

/** True when the object is to be read by its columns. */
function chooseColumns({ columns, features }: FeatureSchema, object: object): boolean {
  if (columns.length === 0) return false;
  const columnsHeld = columns.filter(({ name }) => Object.hasOwn(object, name)).length;
  if (columnsHeld === columns.length) return true;
  const featuresHeld = features.filter((name) => Object.hasOwn(object, name)).length;
  return featuresHeld < features.length && columnsHeld / columns.length >= featuresHeld / features.length;
}

function encodeColumns(
  { columns }: FeatureSchema,
  object: Readonly<Record<string, unknown>>,
  out: Float32Array,
  offset: number,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const columnNames = columns.map(({ name }) => name);
  for (const column of columns) {
    const { name } = column;
    if (!Object.hasOwn(object, name)) {
      const near = nearest(name, extraKeys(object, columnNames));
      problems.push({ code: 'MISSING_COLUMN', column: name, expected: column.expected, ...nothing(near) });
      continue;
    }
    const problem = encodeColumn(column, object[name], false, out, offset);
    if (problem !== undefined) problems.push({ column: name, ...problem });
  }
  return problems.slice(0, MAX_PROBLEMS_PER_ROW);
}

function encodeFeatures(
  { features }: FeatureSchema,
  object: Readonly<Record<string, unknown>>,
  out: Float32Array,
  offset: number,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [index, name] of features.entries()) {
    if (problems.length >= MAX_PROBLEMS_PER_ROW) break;
    if (!Object.hasOwn(object, name)) {
      const near = nearest(name, extraKeys(object, features));
      problems.push({ code: 'MISSING_FEATURE', feature: name, expected: NUMBER, ...nothing(near) });
      continue;
    }
    const value = object[name];
    const problem = checkNumber(value, value, NUMBER);
    if (problem === undefined)
      out[offset + index] = value as number; // checkNumber has looked
    else problems.push({ feature: name, ...problem });
  }
  return problems;
}

function extraKeys(object: object, known: readonly string[]): readonly string[] {
  const names = new Set(known);
  return Object.keys(object)
    .filter((key) => !names.has(key))
    .slice(0, 100);
}

function nothing(near: string | undefined): Pick<FieldProblem, 'got' | 'nearest'> {
  return { got: 'nothing', ...(near === undefined ? {} : { nearest: near }) };
}
