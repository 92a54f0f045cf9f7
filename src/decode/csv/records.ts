import { type Options, parse } from 'csv-parse/sync';
import type { CsvDialect } from './dialect.ts';
import { isWellQuoted } from './quoting.ts';

/** A record's place in the bytes it was found in, and its fields. */
export interface FoundRecord {
  readonly start: number;
  /** One past its line end. */
  readonly end: number;
  readonly fields: readonly string[];
}

/** What {@link findRecords} found. */
export interface FoundRecords {
  readonly records: readonly FoundRecord[];
  /** Where the first record begins that is not among them. */
  readonly next: number;
  /** True when the record at `next` has malformed quotes; otherwise it is just not complete yet. */
  readonly malformed: boolean;
}

/** Thrown through csv-parse to stop it at a record; never leaves this file. */
const STOP = new Error('stop');

/**
 * Finds the complete records in a piece of a CSV document that begins at a record. Fields are latin1
 * text (a char a byte), without quotes, and trimmed of spaces and tabs where they were not quoted and `trim` is true.
 *
 * @param final true when the document ends with `bytes`: then the last record needs no line end
 */
export function findRecords(bytes: Buffer, dialect: CsvDialect, final: boolean, trim: boolean): FoundRecords {
  const records: FoundRecord[] = [];
  const options = toOptions(dialect);
  let next = 0;
  let malformed = false;
  const onRecord = (fields: string[], context: { readonly bytes: number }): null => {
    const end = context.bytes;
    if (end === bytes.length && !final && bytes[end - 1] !== 0x0a) throw STOP;
    if (fields.some(isSuspicious) || bytes.subarray(next, end).includes(0)) {
      const record = withoutLineEnd(bytes.subarray(next, end), dialect.newline);
      malformed = !isWellQuoted(record.toString('latin1'), dialect.delimiter);
      if (malformed) throw STOP;
    }
    records.push({
      start: next,
      end,
      fields: trim ? trimUnquoted(fields, bytes.subarray(next, end), options) : fields,
    });
    next = end;
    return null;
  };
  try {
    parse(bytes, { ...options, on_record: onRecord });
  } catch (error) {
    if (error !== STOP && !isOpenQuote(error)) throw error;
    malformed ||= error !== STOP && final;
  }
  return { records, next, malformed };
}

function toOptions(dialect: CsvDialect): Options {
  return {
    delimiter: dialect.delimiter,
    record_delimiter: dialect.newline === '\r' ? ['\r\n', '\n', '\r'] : ['\r\n', '\n'],
    encoding: 'latin1',
    relax_column_count: true,
    relax_quotes: true,
    info: false,
  };
}

/** csv-parse gives text after a closing quote as a field that keeps its opening quote. */
function isSuspicious(field: string): boolean {
  return field.charCodeAt(0) === 0x22;
}

function isOpenQuote(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'CSV_QUOTE_NOT_CLOSED';
}

/** A record without its line end; a CR alone is one only where the header ends in one. */
export function withoutLineEnd(record: Buffer, newline: CsvDialect['newline']): Buffer {
  const last = record.length - 1;
  if (record[last] === 0x0a) return record.subarray(0, record[last - 1] === 0x0d ? last - 1 : last);
  return record[last] === 0x0d && newline === '\r' ? record.subarray(0, last) : record;
}

const BLANK_EDGE = /^[ \t]|[ \t]$/;

/** Spaces around a value count only inside quotes; the record is read once more where that matters. */
function trimUnquoted(fields: readonly string[], record: Buffer, options: Options): readonly string[] {
  if (!fields.some((field) => BLANK_EDGE.test(field))) return fields;
  const trimmed: string[][] = parse(record, {
    ...options,
    cast: (value, context) => (context.quoting ? value : value.replace(/^[ \t]+|[ \t]+$/g, '')),
  });
  return trimmed[0] ?? fields;
}
