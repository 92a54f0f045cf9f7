import { type FieldProblem, type RowFailure, show } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { nearest } from '../nearest.ts';
import { featureInWords, writeFeature } from './feature-value.ts';
import type { FrameWriter } from './frame-writer.ts';
import { checkPassthrough, pickPassthrough } from './passthrough.ts';
import { type EncodedRows, encodeRows, MAX_PROBLEMS_PER_ROW } from './rows.ts';
import type { FeatureSchema } from './schema.ts';

/** So many names are compared with one that is not there: of rows with thousands, all would take too long. */
const MAX_COMPARED = 20;

const NO_PROBLEMS: readonly FieldProblem[] = [];

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
  const known = failed.length === 0 ? undefined : new Map(failed.map(({ row, problems }) => [row, problems]));
  const { passthrough } = schema;
  const readFrom = (row: number) => {
    const value = values[row];
    return (name: string): unknown =>
      isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  };
  return encodeRows(schema, values.length, {
    encode(row, frame, frameRow) {
      const problems = known?.get(row) ?? encodeInstance(schema, values[row], frame, frameRow);
      if (problems.length > 0 || passthrough.length === 0) return problems;
      return checkPassthrough(passthrough, readFrom(row));
    },
    passthrough: (row) => pickPassthrough(passthrough, readFrom(row)),
  });
}

function encodeInstance(
  schema: FeatureSchema,
  value: unknown,
  frame: FrameWriter,
  row: number,
): readonly FieldProblem[] {
  if (Array.isArray(value)) return encodeArray(schema, value, frame, row);
  if (!isObject(value)) {
    return [{ code: 'INVALID_INSTANCE', expected: 'an object or an array of numbers', got: show(value) }];
  }
  return isByColumns(schema, value)
    ? encodeColumns(schema, value, frame, row)
    : encodeFeatures(schema, value, frame, row);
}

function encodeArray(
  { features }: FeatureSchema,
  values: readonly unknown[],
  frame: FrameWriter,
  row: number,
): readonly FieldProblem[] {
  if (values.length !== features.length) {
    return [
      { code: 'WRONG_FEATURE_COUNT', expected: `${features.length} features`, got: String(values.length) },
    ];
  }
  let problems: FieldProblem[] | undefined;
  for (let index = 0; index < features.length; index += 1) {
    const feature = features[index];
    if (feature === undefined) break;
    const problem = writeFeature(feature, values[index], false, frame, row);
    if (problem !== undefined) {
      problems ??= [];
      problems.push({ feature: feature.name, ...problem });
      if (problems.length === MAX_PROBLEMS_PER_ROW) break;
    }
  }
  return problems ?? NO_PROBLEMS;
}

/** True when the object is to be read by its columns. */
function isByColumns({ columnNames, featureNames }: FeatureSchema, object: object): boolean {
  if (columnNames.length === 0) return false;
  const columnsHeld = countHeld(object, columnNames);
  if (columnsHeld === columnNames.length) return true;
  const featuresHeld = countHeld(object, featureNames);
  return (
    featuresHeld < featureNames.length &&
    columnsHeld / columnNames.length >= featuresHeld / featureNames.length
  );
}

function countHeld(object: object, names: readonly string[]): number {
  let held = 0;
  for (const name of names) if (Object.hasOwn(object, name)) held += 1;
  return held;
}

function encodeColumns(
  { columns, columnNames }: FeatureSchema,
  object: Readonly<Record<string, unknown>>,
  frame: FrameWriter,
  row: number,
): readonly FieldProblem[] {
  let problems: FieldProblem[] | undefined;
  const near = createHinter(object, columnNames);
  for (const column of columns) {
    const { name } = column;
    const problem = Object.hasOwn(object, name)
      ? column.write(object[name], false, frame, row)
      : {
          code: 'MISSING_COLUMN' as const,
          expected: column.expected,
          got: 'nothing',
          ...near(name),
        };
    if (problem !== undefined) {
      problems ??= [];
      problems.push({ column: name, ...problem });
      if (problems.length === MAX_PROBLEMS_PER_ROW) break;
    }
  }
  return problems ?? NO_PROBLEMS;
}

function encodeFeatures(
  { features, featureNames }: FeatureSchema,
  object: Readonly<Record<string, unknown>>,
  frame: FrameWriter,
  row: number,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const near = createHinter(object, featureNames);
  for (const feature of features) {
    if (problems.length >= MAX_PROBLEMS_PER_ROW) break;
    const { name } = feature;
    const problem = Object.hasOwn(object, name)
      ? writeFeature(feature, object[name], false, frame, row)
      : {
          code: 'MISSING_FEATURE' as const,
          expected: featureInWords(feature),
          got: 'nothing',
          ...near(name),
        };
    if (problem !== undefined) problems.push({ feature: name, ...problem });
  }
  return problems;
}

/** Makes what tells the extra key that was probably meant for one that is not there. */
function createHinter(
  object: object,
  known: readonly string[],
): (name: string) => Pick<FieldProblem, 'nearest'> {
  let extra: readonly string[] | undefined;
  return (name) => {
    extra ??= extraKeys(object, new Set(known));
    const near = nearest(name, extra);
    return near === undefined ? {} : { nearest: near };
  };
}

function extraKeys(object: object, known: ReadonlySet<string>): readonly string[] {
  const extra: string[] = [];
  for (const key of Object.keys(object)) {
    if (!known.has(key)) extra.push(key);
    if (extra.length === MAX_COMPARED) break;
  }
  return extra;
}
