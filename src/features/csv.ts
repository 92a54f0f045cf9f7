import type { ColumnPlan } from '../decode/csv/plan.ts';
import { type CsvRecord, toUtf8 } from '../decode/csv/reader.ts';
import { type FieldProblem, ScorerError, show } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type EncodedRows, encodeRows } from './rows.ts';
import type { FeatureSchema } from './schema.ts';
import { checkNumber, encodeColumn, parseNumber } from './value.ts';

/** Writes the value of one field into a row of features. */
interface FieldEncoder {
  /** The field's place in a record. */
  readonly field: number;
  encode(text: string, out: Float32Array, offset: number): FieldProblem | undefined;
}

/**
 * Plans how the records under a header become features: by all columns or, where those are not all
 * there, by all features. Names are matched exactly after trimming; other columns are ignored.
 *
 * @throws ScorerError `MISSING_COLUMN` naming what is missing and the nearest name that is there;
 * `INVALID_HEADER` for a model column that is named twice
 */
export function planCsv(schema: FeatureSchema, header: readonly string[]): ColumnPlan {
  const encoders = chooseEncoders(schema, header).sort((a, b) => a.field - b.field);
  const columnCount = header.length;
  return {
    columnCount,
    width: schema.width,
    encode(fields, out, offset) {
      if (fields.length !== columnCount) {
        return [{ code: 'WRONG_FIELD_COUNT', expected: `${columnCount} fields`, got: String(fields.length) }];
      }
      const problems: FieldProblem[] = [];
      for (const { field, encode } of encoders) {
        const problem = encode(fields[field] ?? '', out, offset);
        if (problem !== undefined) problems.push(problem);
      }
      return problems;
    },
  };
}

/** Encodes CSV records by a plan; a record that could not be read fails with its own problem. */
export function encodeRecords(plan: ColumnPlan, records: readonly CsvRecord[]): EncodedRows {
  return encodeRows(records.length, plan.width, (row, out, offset) => {
    const record = records[row];
    if (record?.problem !== undefined) return [record.problem];
    return plan.encode(record?.fields ?? [], out, offset);
  });
}

function chooseEncoders(schema: FeatureSchema, header: readonly string[]): FieldEncoder[] {
  const columnNames = schema.columns.map(({ name }) => name);
  const named = new Set(header);
  const columnsMissing = columnNames.filter((name) => !named.has(name));
  const featuresMissing = schema.features.filter((name) => !named.has(name));
  if (columnNames.length > 0 && columnsMissing.length === 0) {
    return schema.columns.map((column) => {
      const field = placeOf(column.name, header);
      return toEncoder(field, 'column', column.name, column.expected, (text, out, offset) =>
        encodeColumn(column, text, true, out, offset),
      );
    });
  }
  if (featuresMissing.length === 0) {
    return schema.features.map((name, index) => {
      const field = placeOf(name, header);
      return toEncoder(field, 'feature', name, 'a number', (text, out, offset) => {
        const number = parseNumber(text);
        out[offset + index] = number;
        return checkNumber(number, text, 'a number');
      });
    });
  }
  const byColumns =
    columnNames.length > 0 &&
    columnsMissing.length / columnNames.length <= featuresMissing.length / schema.features.length;
  throw missing(header, byColumns ? 'column' : 'feature', byColumns ? columnsMissing : featuresMissing);
}

function toEncoder(
  field: number,
  kind: 'column' | 'feature',
  name: string,
  expected: string,
  encode: (
    text: string,
    out: Float32Array,
    offset: number,
  ) => Omit<FieldProblem, 'column' | 'feature'> | undefined,
): FieldEncoder {
  return {
    field,
    encode(latin1, out, offset) {
      const text = toUtf8(latin1);
      const problem =
        text === undefined
          ? { code: 'INVALID_ENCODING' as const, expected, got: 'bytes that are not UTF-8' }
          : encode(text, out, offset);
      return problem && { [kind]: name, ...problem };
    },
  };
}

function placeOf(name: string, header: readonly string[]): number {
  const place = header.indexOf(name);
  if (header.indexOf(name, place + 1) === -1) return place;
  throw new ScorerError(`The CSV header names the column ${show(name)} twice: which one counts?`, {
    code: 'INVALID_HEADER',
  });
}

const MAX_LISTED = 5;

function missing(header: readonly string[], kind: string, names: readonly string[]): ScorerError {
  const listed = names.slice(0, MAX_LISTED).map((name) => {
    const near = nearest(name, header);
    return near === undefined ? show(name) : `${show(name)} (the header has ${show(near)})`;
  });
  const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '';
  const headless = header.every((name) => name !== '' && !/[A-Za-z]{3}/.test(name)) || header.length === 1;
  const hint = headless ? ' The first line must name the columns.' : '';
  return new ScorerError(
    `The CSV header lacks the ${kind}${names.length > 1 ? 's' : ''} ${listed.join(', ')}${more}.${hint}`,
    {
      code: 'MISSING_COLUMN',
      detail: { column: names[0] },
    },
  );
}
