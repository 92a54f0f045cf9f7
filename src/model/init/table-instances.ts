import type { Category, ColumnSpec } from '../../features/column-spec.ts';
import { toBit } from '../../features/columns/boolean.ts';
import { parseNumber } from '../../features/number.ts';

/** Rows of a CSV as JSON instances of the columns that the model has of it. */
export function toInstances(
  rows: readonly Readonly<Record<string, string>>[],
  columns: readonly ColumnSpec[],
): readonly unknown[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column.name, toValue(row[column.name] ?? '', column)])),
  );
}

function toValue(text: string, column: ColumnSpec): unknown {
  if (text === '') return null;
  if (column.type === 'number') return parseNumber(text);
  if (column.type === 'boolean') return toBoolean(text);
  if (column.type !== 'category') return text;
  return column.categories.find((category) => String(category) === text) ?? toNumber(text, column.categories);
}

/** What a text that is no boolean is stays a text, which no boolean column takes. */
function toBoolean(text: string): unknown {
  const bit = toBit(text, true);
  return bit === undefined ? text : bit === 1;
}

/** `7.0` in a column whose categories are numbers is 7. */
function toNumber(text: string, categories: readonly Category[]): unknown {
  const number = parseNumber(text);
  return categories.includes(number) ? number : text;
}
