import { ScorerError, show } from '../../errors.ts';
import { type ColumnSpec, featuresOf } from '../../features/column-spec.ts';
import { nearest } from '../../nearest.ts';
import type { RunInput } from '../session.ts';
import type { GuessedColumns } from './columns.ts';
import { type ColumnProfile, MAX_DISTINCT } from './profile.ts';

/** Which columns of the CSV feed the model. */
export interface ColumnChoice {
  /** These, in this order. */
  readonly columns?: readonly string[];
  /** Not this one. */
  readonly target?: string;
}

/** A choice of columns, and what the graph tells of its inputs. */
interface TableOptions extends ColumnChoice {
  readonly ignoresUnknown: (input: string) => boolean;
}

/** Names that people give to what a model predicts. */
const TARGET = /^(?:target|label|class|y|outcome)$/i;

/** A column of text with more different values than this is any text, not a category. */
const MAX_TEXT_CATEGORIES = 100;

/**
 * Columns and features from the columns of a CSV: by name where the model has an input a column, in
 * the CSV's order for a matrix, one-hot where only that makes as many features as the matrix has.
 *
 * @throws ScorerError `USAGE` when the columns can't feed the model, saying what was tried
 */
export function columnsFromTable(
  inputs: readonly RunInput[],
  table: readonly ColumnProfile[],
  choice: TableOptions,
): GuessedColumns {
  const chosen = choose(table, choice);
  const [first, ...others] = inputs;
  if (first !== undefined && others.length === 0 && first.width > 1) return forMatrix(first, chosen, choice);
  return forInputs(inputs, chosen, choice);
}

function choose(
  table: readonly ColumnProfile[],
  { columns, target }: ColumnChoice,
): readonly ColumnProfile[] {
  const byName = new Map(table.map((column) => [column.name, column]));
  const find = (name: string): ColumnProfile => {
    const column = byName.get(name);
    if (column !== undefined) return column;
    throw missing(name, [...byName.keys()]);
  };
  if (target !== undefined) find(target);
  const chosen = columns === undefined ? table.filter(({ name }) => name !== target) : columns.map(find);
  const again = new Set([...repeated(chosen), ...repeated(table)]);
  const twice = chosen.find(({ name }) => again.has(name));
  if (twice === undefined) return chosen;
  throw usage(`The column ${show(twice.name)} is there twice: which one feeds the model?`);
}

/** Names that are there more than once. */
function repeated(columns: readonly ColumnProfile[]): readonly string[] {
  const names = new Set<string>();
  return columns.flatMap(({ name }) => (names.size === names.add(name).size ? [name] : []));
}

/** One input a column: exporters write `monthly_charge` for `monthly charge`. */
function forInputs(
  inputs: readonly RunInput[],
  table: readonly ColumnProfile[],
  { ignoresUnknown }: TableOptions,
): GuessedColumns {
  const fold = (name: string): string => name.replace(/[^\p{L}\p{N}]+/gu, '_').toLowerCase();
  const columns = inputs.map((input) => {
    if (input.width !== 1) {
      throw usage(
        `The model's input ${show(input.name)} takes ${input.width} values: write its columns by hand.`,
      );
    }
    const found =
      table.find(({ name }) => name === input.name) ??
      table.find(({ name }) => fold(name) === fold(input.name));
    if (found !== undefined) return withUnknown(toColumn(found, input), ignoresUnknown(input.name));
    throw missing(
      input.name,
      table.map(({ name }) => name),
    );
  });
  return { columns, features: columns.map(({ name }) => name), notes: [] };
}

/** Where the model has an answer to a category that it does not know, rows with one are its to judge. */
function withUnknown(column: ColumnSpec, ignores: boolean): ColumnSpec {
  return column.type === 'category' && ignores ? { ...column, unknown: 'ignore' } : column;
}

function forMatrix(input: RunInput, table: readonly ColumnProfile[], choice: ColumnChoice): GuessedColumns {
  const isChosen = choice.columns !== undefined || choice.target !== undefined;
  const last = table.at(-1);
  const less = table.slice(0, -1);
  // a target that is named so and stands where targets do is none of the features
  if (!isChosen && last !== undefined && TARGET.test(last.name)) {
    const fitting = fitTable(input, less);
    const note = `The column ${show(last.name)} of the CSV was taken for the target.`;
    if (fitting !== undefined) return { ...fitting, notes: [note, ...fitting.notes] };
  }
  const all = fitTable(input, table);
  const allLess = isChosen ? undefined : fitTable(input, less);
  if (all !== undefined && allLess !== undefined) {
    throw usage(
      `The CSV can feed the model in two ways, with ${show(last?.name)} as a feature and without it: ` +
        'say which with --target, or name the columns that feed it, in order, with --columns a,b,c.',
    );
  }
  if (all !== undefined) return all;
  if (allLess !== undefined) {
    throw usage(
      `The CSV has a column more than the model takes: if that is ${show(last?.name)}, say so with --target ${last?.name}; ` +
        'else name those that feed it, in order, with --columns a,b,c.',
    );
  }
  throw noFit(input, table);
}

/** The columns as a matrix of the model's width: text one-hot encoded or, where only that fits, few integers too. */
function fitTable(input: RunInput, table: readonly ColumnProfile[]): GuessedColumns | undefined {
  if (table.some((column) => isText(column) && column.distinct === undefined)) return undefined;
  for (const isCategory of [isText, isTextOrFew]) {
    const columns = table.map((column) => toMatrixColumn(column, input, isCategory(column)));
    const features = columns.flatMap((column) => featuresOf(column));
    if (features.length === input.width) return { columns, features, notes: toNotes(columns) };
  }
  return undefined;
}

function noFit(input: RunInput, table: readonly ColumnProfile[]): ScorerError {
  const many = table.find((column) => isText(column) && column.distinct === undefined);
  if (many !== undefined) {
    return usage(
      `The column ${show(many.name)} of the CSV holds more than ${MAX_DISTINCT} different texts, and the model takes ` +
        `${input.width} numbers: name the columns that feed it, in order, with --columns a,b,c.`,
    );
  }
  const width = table.flatMap((column) => featuresOf(toMatrixColumn(column, input, isText(column)))).length;
  return usage(
    `The model takes ${input.width} features; the ${table.length} columns of the CSV give ${width} ` +
      '(text one-hot encoded): name those that feed it, in order, with --columns a,b,c.',
  );
}

function isText({ isNumeric, isBoolean, count }: ColumnProfile): boolean {
  return !isNumeric && !isBoolean && count > 0;
}

/** Months are numbers, and often categories. */
function isTextOrFew(column: ColumnProfile): boolean {
  return isText(column) || (column.isInteger && (column.distinct?.length ?? Infinity) <= 50);
}

function toNotes(columns: readonly ColumnSpec[]): readonly string[] {
  const oneHot = columns.filter(({ type }) => type === 'category').map(({ name }) => show(name));
  return [
    'Features are in the order of the CSV: make sure that the model was trained on that order.',
    ...(oneHot.length === 0
      ? []
      : [`One-hot encoded, categories sorted, as scikit-learn and pandas do: ${oneHot.join(', ')}.`]),
  ];
}

function toMatrixColumn(profile: ColumnProfile, input: RunInput, isCategory: boolean): ColumnSpec {
  if (!isCategory || profile.distinct === undefined) return toColumn(profile, input);
  const categories = profile.isNumeric ? [...new Set(profile.distinct.map(Number))] : profile.distinct;
  return { name: profile.name, type: 'category', categories, encoding: 'one-hot' };
}

function toColumn(profile: ColumnProfile, { type, name: input }: RunInput): ColumnSpec {
  const { name, missing: empty, isNumeric, isBoolean, isInteger, min, max, distinct, text } = profile;
  if (type === 'string') {
    const few = distinct !== undefined && distinct.length <= MAX_TEXT_CATEGORIES && distinct.length > 0;
    const whenMissing = empty > 0 ? { missing: '' } : {};
    if (!few) return { name, type: 'string', ...whenMissing };
    const categories = empty > 0 ? ['', ...distinct] : distinct;
    return { name, type: 'category', categories, encoding: 'none', ...whenMissing };
  }
  const holdsNaN = type === 'float32' || type === 'float64';
  const whenMissing = empty > 0 && holdsNaN ? { missing: 'nan' } : {};
  const takes = type === 'bool' ? 'true and false' : 'numbers';
  if (!isNumeric && !isBoolean && profile.count > 0) {
    throw usage(
      `The column ${show(name)} of the CSV holds text (${show(text ?? '')}), and the model's input ${show(input)} takes ${takes}.`,
    );
  }
  if (isBoolean || type === 'bool') return { name, type: 'boolean', ...whenMissing };
  if (profile.count === 0) return { name, type: 'number', ...whenMissing };
  const whole = isInteger ? { integer: true } : {};
  return { name, type: 'number', ...widened(min, max), ...whole, ...whenMissing };
}

/**
 * Bounds from what the CSV holds, wider by its range on each side, but not below 0 where nothing was: rows
 * to come may lie outside what was seen, and yet a wrong unit or a wrong column is told.
 */
function widened(min: number, max: number): { readonly min: number; readonly max: number } {
  const range = Math.min(max - min || Math.abs(max) || 1, Number.MAX_VALUE);
  const low = Math.min(short(min - range, range), min);
  return { min: min >= 0 ? Math.max(0, low) : low, max: Math.max(short(max + range, range), max) };
}

/** Few digits, for people, but none that matters beside the range; within what JSON can hold. */
function short(value: number, range: number): number {
  const step = 10 ** (Math.floor(Math.log10(range)) - 4);
  const rounded = Number((Math.round(value / step) * step).toPrecision(12));
  return Number.isFinite(rounded) ? rounded : Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}

function missing(name: string, known: readonly string[]): ScorerError {
  const near = nearest(name, known);
  const hint =
    near === undefined ? `it has ${known.slice(0, 10).map(show).join(', ')}` : `nearest: ${show(near)}`;
  return usage(`The CSV has no column ${show(name)} (${hint}).`);
}

function usage(message: string): ScorerError {
  return new ScorerError(message, { code: 'USAGE' });
}
