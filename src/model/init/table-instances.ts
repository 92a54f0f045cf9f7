import type { ColumnSpec } from '../../features/column-spec.ts';
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
  if (column.type === 'boolean') return /^(?:true|1)/i.test(text);
  if (column.type !== 'category') return text;
  return column.categories.find((category) => String(category) === text) ?? text;
}
