import { toUtf8 } from '../../decode/csv/field-text.ts';
import { type CsvRecord, createCsvReader } from '../../decode/csv/reader.ts';
import { describeProblem, ScorerError } from '../../errors.ts';
import { parseNumber } from '../../features/number.ts';

/** What a column of a CSV holds. */
export interface ColumnProfile {
  readonly name: string;
  /** Values that are there, of all rows. */
  readonly count: number;
  readonly missing: number;
  /** Numbers alone; `min`, `max` and `isInteger` are theirs. */
  readonly isNumeric: boolean;
  /** `true` and `false` alone, in words. */
  readonly isBoolean: boolean;
  readonly isInteger: boolean;
  readonly min: number;
  readonly max: number;
  /** The different values, sorted; undefined when there are more than {@link MAX_DISTINCT}. */
  readonly distinct: readonly string[] | undefined;
  /** A value that is no number, where there is one. */
  readonly text: string | undefined;
}

/** A CSV as `model init` looks at it. */
export interface TableProfile {
  readonly columns: readonly ColumnProfile[];
  /** The first rows, by column name. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** A column with more different values is no category. */
export const MAX_DISTINCT = 1000;

/** Rows that are kept to try the model on. */
const KEPT_ROWS = 200;

const BOOLEANS: ReadonlySet<string> = new Set(['true', 'True', 'TRUE', 'false', 'False', 'FALSE']);

/**
 * Looks at all rows of a CSV.
 *
 * @throws ScorerError of the CSV reader for a document that can't be read, and for its first bad row
 */
export async function profileCsv(source: AsyncIterable<Uint8Array>): Promise<TableProfile> {
  const reader = createCsvReader();
  const rows: Record<string, string>[] = [];
  let columns: ColumnCounter[] = [];
  const take = (records: readonly CsvRecord[]): void => {
    const names = reader.header?.names ?? [];
    if (columns.length === 0) columns = names.map(createCounter);
    for (const record of records) {
      const fields = toFields(record, names.length);
      columns.forEach((column, index) => {
        column.add(fields[index] ?? '');
      });
      if (rows.length < KEPT_ROWS) {
        rows.push(Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ''])));
      }
    }
  };
  for await (const chunk of source) take(reader.push(chunk));
  take(reader.end());
  if (rows.length === 0) {
    throw new ScorerError('The CSV has no rows: expected a header and rows.', { code: 'EMPTY_FILE' });
  }
  return { columns: columns.map((column) => column.profile()), rows };
}

function toFields({ fields, line, problem }: CsvRecord, count: number): readonly string[] {
  if (problem !== undefined) {
    throw new ScorerError(`Line ${line} of the CSV: ${describeProblem(problem)}.`, { code: problem.code });
  }
  if (fields.length !== count) {
    throw new ScorerError(`Line ${line} of the CSV has ${fields.length} fields, its header ${count}.`, {
      code: 'WRONG_FIELD_COUNT',
    });
  }
  return fields.map((field) => toUtf8(field) ?? field);
}

interface ColumnCounter {
  add(text: string): void;
  profile(): ColumnProfile;
}

function createCounter(name: string): ColumnCounter {
  const distinct = new Set<string>();
  const seen = { count: 0, missing: 0, numbers: 0, booleans: 0, integers: 0, min: Infinity, max: -Infinity };
  let firstText: string | undefined;
  return {
    add(text) {
      if (text === '') {
        seen.missing += 1;
        return;
      }
      seen.count += 1;
      if (distinct.size <= MAX_DISTINCT) distinct.add(text);
      if (BOOLEANS.has(text)) seen.booleans += 1;
      const number = parseNumber(text);
      if (!Number.isFinite(number)) {
        firstText ??= text;
        return;
      }
      seen.numbers += 1;
      if (Number.isInteger(number)) seen.integers += 1;
      seen.min = Math.min(seen.min, number);
      seen.max = Math.max(seen.max, number);
    },
    profile() {
      const { count, missing, min, max } = seen;
      const isBoolean = count > 0 && seen.booleans === count;
      const isNumeric = count > 0 && seen.numbers === count && !isBoolean;
      const values = distinct.size > MAX_DISTINCT ? undefined : sort([...distinct], isNumeric);
      const isInteger = isNumeric && seen.integers === count;
      const found = { isNumeric, isBoolean, isInteger, min, max, distinct: values, text: firstText };
      return { name, count, missing, ...found };
    },
  };
}

/** As pandas and scikit-learn sort categories: numbers by size, texts by code points. */
function sort(values: string[], isNumeric: boolean): readonly string[] {
  return isNumeric
    ? values.sort((a, b) => Number(a) - Number(b))
    : values.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))); // UTF-8 sorts as code points do
}
