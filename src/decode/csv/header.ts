import { ScorerError } from '../../errors.ts';
import { type CsvDialect, type CsvStart, findStart } from './dialect.ts';
import { toUtf8 } from './field-text.ts';
import { MAX_RECORD_BYTES } from './limits.ts';
import { countLines } from './line-bytes.ts';
import { refuseOtherFormats } from './other-format.ts';
import { RecordSplitter } from './record-splitter.ts';

/** The header of a CSV document and how it is written. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly raw: Uint8Array;
  readonly dialect: CsvDialect;
}

/** A header with where the records begin. */
export interface CsvHead {
  readonly header: CsvHeader;
  /** Bytes before the first record. */
  readonly end: number;
  /** Line ends in those bytes, as records count them. */
  readonly lines: number;
}

/**
 * Reads the header of a document.
 *
 * @param bytes the document's first
 * @param final true when they are all there is
 * @param delimiter what separates fields; undefined to find it
 * @returns undefined when the header is not complete yet
 * @throws ScorerError `EMPTY_FILE`, `NOT_CSV`, `INVALID_ENCODING` or `INVALID_HEADER` for a document without a header that
 * can be read
 */
export function readHead(
  bytes: Buffer,
  final: boolean,
  delimiter?: CsvDialect['delimiter'],
): CsvHead | undefined {
  refuseOtherFormats(bytes);
  const start = findStart(bytes, final, delimiter);
  if (start === undefined) {
    if (bytes.length > MAX_RECORD_BYTES) throw endless();
    return undefined;
  }
  const { dialect, headerOffset, linesBefore } = start;
  const splitter = splitHeader(bytes, start, final);
  if (splitter === undefined) return undefined;
  return {
    header: {
      names: namesOf(splitter, bytes),
      raw: Buffer.from(bytes.subarray(headerOffset, splitter.end)),
      dialect,
    },
    end: splitter.next,
    lines: linesBefore + countLines(bytes.subarray(headerOffset, splitter.next), dialect.newline),
  };
}

/**
 * The header that a record is.
 *
 * @param raw its bytes, without the line end
 * @throws ScorerError as {@link readHead}
 */
export function toHeader(raw: Buffer, dialect: CsvDialect): CsvHeader {
  const splitter = splitHeader(raw, { dialect, headerOffset: 0, linesBefore: 0 }, true);
  if (splitter === undefined) throw endless();
  return { names: namesOf(splitter, raw), raw, dialect };
}

function namesOf(splitter: RecordSplitter, bytes: Buffer): readonly string[] {
  return Array.from({ length: splitter.count }, (_, field) => toName(splitter.text(bytes, field)));
}

/** Most headers have fewer columns than this. */
const USUAL_COLUMNS = 256;

function splitHeader(bytes: Buffer, start: CsvStart, final: boolean): RecordSplitter | undefined {
  for (let columns = USUAL_COLUMNS; ; ) {
    const splitter = new RecordSplitter(start.dialect, columns);
    const status = splitter.split(bytes, start.headerOffset, bytes.length, final);
    if (status === 'incomplete') return undefined;
    if (status !== 'record' && status !== 'blank') throw endless();
    if (splitter.count <= columns) return splitter;
    columns = splitter.count;
  }
}

function endless(): ScorerError {
  return new ScorerError('The header line has malformed quotes, or does not end.', {
    code: 'INVALID_HEADER',
  });
}

function toName(field: string): string {
  const name = toUtf8(field);
  if (name !== undefined) return name;
  throw new ScorerError('The header line is not valid UTF-8: convert the CSV to UTF-8.', {
    code: 'INVALID_ENCODING',
  });
}
