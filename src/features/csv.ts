import { toUtf8 } from '../decode/csv/field-text.ts';
import type { ByteRule, ColumnPlan, PlannedField } from '../decode/csv/plan.ts';
import type { CsvRecord } from '../decode/csv/reader.ts';
import { type FieldProblem, ScorerError, show } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { ValueProblem } from './columns/kind.ts';
import { featureInWords, writeFeature } from './feature-value.ts';
import type { FrameWriter } from './frame-writer.ts';
import { pickPassthrough } from './passthrough.ts';
import { type EncodedRows, encodeRows, MAX_PROBLEMS_PER_ROW } from './rows.ts';
import type { FeatureSchema } from './schema.ts';

/** How the records of one document become rows of one model. */
export interface CsvPlan extends ColumnPlan<FrameWriter> {
  readonly schema: FeatureSchema;
  /** What a record hands on, as JSON. */
  passthrough(fields: readonly string[]): string | undefined;
}

/**
 * Plans how the records under a header become rows: by all columns or, where those are not all there,
 * by all features. Names are matched exactly after trimming; other columns are ignored.
 *
 * @throws ScorerError `MISSING_COLUMN` naming what is missing and the nearest name that is there;
 * `INVALID_HEADER` for a model column that is named twice
 */
export function planCsv(schema: FeatureSchema, header: readonly string[]): CsvPlan {
  const planned = choosePlanned(schema, header).sort((a, b) => a.field - b.field);
  const columnCount = header.length;
  const places = new Map(schema.passthrough.map((name) => [name, header.indexOf(name)]));
  return {
    schema,
    columnCount,
    fields: planned,
    trim: schema.csv.trim,
    encode(fields, frame, row) {
      if (fields.length !== columnCount) {
        return [wrongCount(columnCount, fields.length)];
      }
      const problems: FieldProblem[] = [];
      for (const { field, write } of planned) {
        const problem = write(fields[field] ?? '', frame, row);
        if (problem === undefined) continue;
        problems.push(problem);
        if (problems.length === MAX_PROBLEMS_PER_ROW) break;
      }
      return problems;
    },
    passthrough: (fields) =>
      pickPassthrough(schema.passthrough, (name) => {
        const field = fields[places.get(name) ?? -1];
        return field === undefined ? undefined : (toUtf8(field) ?? field);
      }),
  };
}

/** Encodes CSV records by a plan; a record that could not be read fails with its own problem. */
export function encodeRecords(plan: CsvPlan, records: readonly CsvRecord[]): EncodedRows {
  return encodeRows(plan.schema, records.length, {
    encode(row, frame, frameRow) {
      const record = records[row];
      if (record?.problem !== undefined) return [record.problem];
      return plan.encode(record?.fields ?? [], frame, frameRow);
    },
    passthrough: (row) => plan.passthrough(records[row]?.fields ?? []),
  });
}

function choosePlanned(schema: FeatureSchema, header: readonly string[]): PlannedField<FrameWriter>[] {
  const { columns, columnNames, features, featureNames, inputs } = schema;
  const { missingValues } = schema.csv;
  const isMatrix = inputs.length === 1 && inputs[0]?.type === 'float32';
  const named = new Set(header);
  const columnsMissing = columnNames.filter((name) => !named.has(name));
  const featuresMissing = featureNames.filter((name) => !named.has(name));
  if (columns.length > 0 && columnsMissing.length === 0) {
    return columns.map((column) =>
      toPlanned(
        header,
        { kind: 'column', name: column.name, expected: column.expected, missingValues },
        isMatrix ? column.byteRule : undefined,
        (text, frame, row) => column.write(text, true, frame, row),
      ),
    );
  }
  if (featuresMissing.length === 0) {
    return features.map((feature) =>
      toPlanned(
        header,
        { kind: 'feature', name: feature.name, expected: featureInWords(feature), missingValues },
        isMatrix
          ? { kind: 'number', offset: feature.slot.offset, min: -Infinity, max: Infinity, integer: false }
          : undefined,
        (text, frame, row) => writeFeature(feature, text, true, frame, row),
      ),
    );
  }
  const byColumns =
    columns.length > 0 && columnsMissing.length / columns.length <= featuresMissing.length / features.length;
  throw missing(header, byColumns ? 'column' : 'feature', byColumns ? columnsMissing : featuresMissing);
}

/** What a field is for, as errors tell it. */
interface FieldTarget {
  readonly kind: 'column' | 'feature';
  readonly name: string;
  readonly expected: string;
  readonly missingValues: ReadonlySet<string>;
}

function toPlanned(
  header: readonly string[],
  { kind, name, expected, missingValues }: FieldTarget,
  rule: ByteRule | undefined,
  write: (text: string, frame: FrameWriter, row: number) => ValueProblem | undefined,
): PlannedField<FrameWriter> {
  return {
    field: placeOf(name, header),
    rule: rule && withoutTexts(rule, missingValues),
    write(latin1, frame, row) {
      const given = toUtf8(latin1);
      const text = given !== undefined && missingValues.has(given) ? '' : given;
      const problem =
        text === undefined
          ? { code: 'INVALID_ENCODING' as const, expected, got: 'bytes that are not UTF-8: convert the file' }
          : write(text, frame, row);
      return problem && { [kind]: name, ...problem };
    },
  };
}

function wrongCount(expected: number, got: number): FieldProblem {
  const fields = expected === 1 ? '1 field' : `${expected} fields`;
  const remedy = got > expected ? ' (a field that holds the separator must be quoted)' : '';
  return { code: 'WRONG_FIELD_COUNT', expected: `${fields}, as the header has${remedy}`, got: String(got) };
}

/** A missing value is none of a column's categories. */
function withoutTexts(rule: ByteRule, texts: ReadonlySet<string>): ByteRule {
  if (rule.kind === 'number' || !rule.texts.some((text) => texts.has(text))) return rule;
  const kept = rule.texts.flatMap((text, place) => (texts.has(text) ? [] : [place]));
  return {
    kind: 'category',
    texts: kept.map((place) => rule.texts[place] as string), // places of its own
    offsets: kept.map((place) => rule.offsets[place] as number),
    values: kept.map((place) => rule.values[place] as number),
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
