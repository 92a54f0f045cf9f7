import type { ColumnSpec } from '../../features/column-spec.ts';
import type { RunInput } from '../session.ts';

/** Columns and features of a manifest that is being made. */
export interface GuessedColumns {
  readonly columns: readonly ColumnSpec[];
  readonly features: readonly string[];
  /** What a person should look at. */
  readonly notes: readonly string[];
}

/**
 * Columns and features from a graph's inputs alone: a column for each input of one value, by its name;
 * `f0`, `f1`, … for the features of a matrix.
 *
 * @param knowsNaN whether the graph knows what NaN means in an input
 */
export function columnsFromInputs(
  inputs: readonly RunInput[],
  knowsNaN: (input: string) => boolean,
): GuessedColumns {
  const isMatrix = inputs.length === 1 && inputs.some(({ width }) => width > 1);
  const columns = inputs.flatMap((input): readonly ColumnSpec[] => {
    const isKnown = knowsNaN(input.name);
    return namesOf(input, isMatrix).map((name) => toColumn(name, input, isKnown));
  });
  const features = columns.map(({ name }) => name);
  // a matrix is best given as arrays: columns are named only where they say more than that
  const isPlain = isMatrix && columns.every(({ missing }) => missing === undefined);
  return {
    columns: isPlain ? [] : columns,
    features,
    notes: isMatrix ? ['The model does not name its features: "features" has f0, f1, … in its order.'] : [],
  };
}

function namesOf({ name, width }: RunInput, isMatrix: boolean): readonly string[] {
  if (width === 1 && !isMatrix) return [name];
  return Array.from({ length: width }, (_, index) => (isMatrix ? `f${index}` : `${name}_${index}`));
}

function toColumn(name: string, { type }: RunInput, knowsNaN: boolean): ColumnSpec {
  if (type === 'string') return { name, type: 'string' };
  if (type === 'bool') return { name, type: 'boolean' };
  const isWhole = type === 'int64' || type === 'int32';
  if (isWhole) return { name, type: 'number', integer: true };
  return { name, type: 'number', ...(knowsNaN ? { missing: 'nan' } : {}) };
}
