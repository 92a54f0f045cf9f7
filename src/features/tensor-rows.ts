import type { InferTensor } from '../decode/oip.ts';
import { createElementCheck, type Datatype } from '../decode/oip-datatype.ts';
import { type FieldProblem, type RowFailure, ScorerError, show } from '../errors.ts';
import { MAX_PROBLEMS_PER_ROW } from './rows.ts';
import type { FeatureSchema } from './schema.ts';
import { chooseForm, type TensorForm } from './tensor-form.ts';

/** The rows of some tensors, as instances. */
export interface TensorRows {
  /** One a row: arrays in feature order, or objects by name. */
  readonly values: readonly unknown[];
  /** Rows with elements that aren't of their tensor's datatype; ascending. */
  readonly failures: readonly RowFailure[];
}

/** The rows of some tensors, which are taken out some at a time. */
export interface TensorTable {
  readonly rows: number;
  /** The rows from one up to another; failures are counted from the first of all. */
  take(start: number, end: number): TensorRows;
}

/**
 * Takes the rows out of tensors: the graph's own, which hold the features in the model's order, or one a column or
 * feature. What comes out is validated and encoded as every other instance.
 *
 * @throws ScorerError `MISSING_COLUMN`, `MISSING_FEATURE` for a tensor that is not there, `INVALID_REQUEST` for one that
 * the model doesn't know or of another shape
 */
export function openTensorRows(schema: FeatureSchema, tensors: readonly InferTensor[]): TensorTable {
  const form = chooseForm(schema, tensors);
  const rows = countRows(form, tensors);
  return {
    rows,
    take(start, end) {
      const taken = form.tensors.map(({ tensor: { name, datatype, data }, width }) => ({
        ...{ name, datatype, width },
        data: data.slice(start * width, end * width),
      }));
      return {
        failures: findMisfits(schema, form.kind, taken, start),
        values:
          form.kind === 'graph' ? joinArrays(taken, end - start) : joinObjects(form.kind, taken, end - start),
      };
    },
  };
}

/** What a tensor has for some rows. */
interface TakenElements {
  readonly name: string;
  readonly datatype: Datatype;
  /** Elements a row. */
  readonly width: number;
  readonly data: readonly unknown[];
}

/** All rows at once. @throws ScorerError as {@link openTensorRows} does */
export function toTensorRows(schema: FeatureSchema, tensors: readonly InferTensor[]): TensorRows {
  const table = openTensorRows(schema, tensors);
  return table.take(0, table.rows);
}

function countRows({ tensors }: TensorForm, given: readonly InferTensor[]): number {
  for (const { tensor, width } of tensors) {
    const { name, shape } = tensor;
    const [, ...rest] = shape;
    const isColumn = width === 1 && rest.length === 0;
    if (isColumn || (rest.length === 1 && rest[0] === width)) continue;
    const expected = width === 1 ? '[n, 1] or [n]' : `[n, ${width}]`;
    throw invalid(`The input ${show(name)} has the shape [${shape.join(', ')}]: expected ${expected}.`);
  }
  const [first] = given;
  const rows = first?.shape[0] ?? 0;
  const other = given.find(({ shape }) => shape[0] !== rows);
  if (first === undefined || other === undefined) return rows;
  throw invalid(
    `The input ${show(other.name)} has ${other.shape[0]} rows, ${show(first.name)} has ${rows}: expected as many in each.`,
  );
}

/** Looks at every element, so that all bad rows can be told. @param start the first of the rows, counted from all */
function findMisfits(
  schema: FeatureSchema,
  kind: TensorForm['kind'],
  tensors: readonly TakenElements[],
  start: number,
): readonly RowFailure[] {
  const problems = new Map<number, FieldProblem[]>();
  let before = 0; // features in the tensors that were looked at
  for (const { name, datatype, width, data } of tensors) {
    const check = createElementCheck(datatype);
    for (let at = 0; at < data.length; at += 1) {
      const problem = check(data[at]);
      if (problem === undefined) continue;
      const row = start + Math.floor(at / width);
      const own = problems.get(row) ?? [];
      if (own.length === MAX_PROBLEMS_PER_ROW) continue;
      const place =
        kind === 'graph' ? { feature: schema.featureNames[before + (at % width)] ?? name } : { [kind]: name };
      problems.set(row, [...own, { ...place, ...problem }]);
    }
    before += width;
  }
  return [...problems]
    .sort(([a], [b]) => a - b)
    .flatMap(([row, [first, ...rest]]) =>
      first === undefined ? [] : [{ row, problems: [first, ...rest] as const }],
    );
}

function joinArrays(tensors: readonly TakenElements[], rows: number): readonly unknown[] {
  return Array.from({ length: rows }, (_, row) => {
    const parts = tensors.map((tensor) => toBits(tensor, row * tensor.width, (row + 1) * tensor.width));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : parts.flat();
  });
}

function joinObjects(
  kind: TensorForm['kind'],
  tensors: readonly TakenElements[],
  rows: number,
): readonly unknown[] {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      tensors.map((tensor) => [
        tensor.name,
        kind === 'feature' ? toBits(tensor, row, row + 1)[0] : tensor.data[row],
      ]),
    ),
  );
}

/** Some elements as features, which are numbers: a tensor of booleans holds them as 0 and 1. */
function toBits({ datatype, data }: TakenElements, start: number, end: number): readonly unknown[] {
  const some = data.slice(start, end);
  return datatype === 'BOOL'
    ? some.map((value) => (typeof value === 'boolean' ? Number(value) : value))
    : some;
}

function invalid(message: string): ScorerError {
  return new ScorerError(message, { code: 'INVALID_REQUEST' });
}
