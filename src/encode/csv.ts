import type { CsvDialect } from '../decode/csv/dialect.ts';
import type { CsvHeader } from '../decode/csv/header.ts';
import { describeProblem, type RowFailure } from '../errors.ts';
import type { OutputKind, Predictions } from '../model/predictions.ts';
import { toLabelText, toShortest } from './number.ts';

/** The column that names what is wrong with a row, where bad rows stand among the good ones. */
const ERROR_COLUMN = 'error';

/** The first line of `errors.csv`, which is always comma-separated with LF. */
export const ERRORS_HEADER = 'line,column,code,message,row\n';

/** How rows of one document are written: the input's own delimiter and line end. */
export interface CsvRows {
  /** The header line with the added columns, with the byte order mark when the input has one. */
  readonly header: Buffer;
  /** A row as it was, with its prediction. */
  scored(raw: Uint8Array, predictions: Predictions, row: number): Buffer;
  /** A row as it was, with empty prediction fields and what is wrong with it. */
  failed(raw: Uint8Array, failure: RowFailure): Buffer;
}

/**
 * Makes the writer of a document's rows. Which columns are added depends on what the model predicts.
 *
 * @param withErrors true to add the column `error`, for documents in which bad rows keep their place
 */
export function createCsvRows(header: CsvHeader, kind: OutputKind, withErrors: boolean): CsvRows {
  const { delimiter, newline, bom } = header.dialect;
  const predicted = toColumns(kind);
  const columns = withErrors ? [...predicted, ERROR_COLUMN] : predicted;
  const added = columns.map((column) => quoteField(freeName(column, header.names), delimiter));
  const none = predicted.map(() => '');
  const noError = withErrors ? delimiter : '';
  const join = (raw: Uint8Array, fields: readonly string[], end: string): Buffer =>
    Buffer.concat([raw, Buffer.from(delimiter + fields.join(delimiter) + end)]);
  return {
    header: Buffer.concat([Buffer.from(bom ? '\ufeff' : ''), join(header.raw, added, newline)]),
    scored(raw, predictions, row) {
      return join(raw, toFields(predictions, row, delimiter), noError + newline);
    },
    failed: (raw, failure) => join(raw, [...none, quoteField(toMessage(failure), delimiter)], newline),
  };
}

/** Predictions as a CSV of their own, with comma and LF. */
export interface PredictionCsv {
  readonly header: string;
  scored(predictions: Predictions, row: number): string;
  failed(failure: RowFailure): string;
}

/** Makes the writer of predictions without the rows that they are of. @param withErrors as for {@link createCsvRows} */
export function createPredictionCsv(kind: OutputKind, withErrors: boolean): PredictionCsv {
  const columns = toColumns(kind);
  const empty = ','.repeat(columns.length);
  return {
    header: `${(withErrors ? [...columns, ERROR_COLUMN] : columns).map((name) => quoteField(name, ',')).join(',')}\n`,
    scored: (predictions, row) => `${toFields(predictions, row, ',').join(',')}${withErrors ? ',' : ''}\n`,
    failed: (failure) => `${empty}${quoteField(toMessage(failure), ',')}\n`,
  };
}

/** The columns that predictions of a kind add to a CSV. */
function toColumns(kind: OutputKind): readonly string[] {
  switch (kind.kind) {
    case 'probabilities':
      return [
        'label',
        'probability',
        ...(kind.everyClass ? kind.classes.map((label) => `probability_${label}`) : []),
      ];
    case 'scores':
    case 'anomaly':
      return ['label', 'score'];
    case 'label':
      return ['label'];
    case 'values':
      return kind.targets.length === 1 ? ['value'] : kind.targets.map((target) => `value_${target}`);
  }
}

/** One row's fields for {@link toColumns}. */
function toFields(
  predictions: Predictions,
  row: number,
  delimiter: CsvDialect['delimiter'],
): readonly string[] {
  const { kind, labels, probability, score } = predictions;
  const label = quoteField(toLabelText(labels[row]) ?? '', delimiter);
  switch (kind.kind) {
    case 'probabilities':
      return [
        label,
        toCsvNumber(probability[row]),
        ...(kind.everyClass ? toCsvNumbers(predictions.probabilities, row, kind.classes.length) : []),
      ];
    case 'scores':
    case 'anomaly':
      return [label, toCsvNumber(score[row])];
    case 'label':
      return [label];
    case 'values':
      return toCsvNumbers(predictions.values, row, kind.targets.length);
  }
}

function toCsvNumbers(values: Float32Array, row: number, width: number): readonly string[] {
  return Array.from(values.subarray(row * width, (row + 1) * width), toCsvNumber);
}

/** Of a row that failed, so many bytes are repeated in `errors.csv`. */
const MAX_ROW_BYTES = 64 * 1024;

/** One line of `errors.csv`: where the row begins, its first bad field, all that is wrong, the row as it was. */
export function toErrorLine(line: number, failure: RowFailure, raw: Uint8Array): Buffer {
  const [{ code, column, feature }] = failure.problems;
  const told = [String(line), column ?? feature ?? '', code, toMessage(failure)];
  const row = Buffer.from(raw.subarray(0, MAX_ROW_BYTES)).toString('latin1');
  return Buffer.concat([
    Buffer.from(`${told.map((field) => quoteField(field, ',')).join(',')},`),
    Buffer.from(`${quoteField(row, ',')}\n`, 'latin1'), // the row's own bytes, whatever they encode
  ]);
}

/** All that is wrong with a row, in one sentence. */
export function toMessage({ problems }: RowFailure): string {
  return problems.map(describeProblem).join('; ');
}

/** Where the input already has the name: `prediction_<name>`, then `prediction_<name>_2` and so on. */
function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  const prefixed = `prediction_${name}`;
  let candidate = prefixed;
  for (let count = 2; taken.includes(candidate); count += 1) candidate = `${prefixed}_${count}`;
  return candidate;
}

function toCsvNumber(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '' : toShortest(value);
}

/** Quotes a field where RFC 4180 §2.6 asks for it, and where another reader might trim it. */
export function quoteField(text: string, delimiter: CsvDialect['delimiter']): string {
  const needed = text.includes(delimiter) || /["\r\n]|^[ \t]|[ \t]$/.test(text);
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}
