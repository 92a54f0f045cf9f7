import { type FieldProblem, ScorerError } from '../../errors.ts';
import { type CsvDialect, type CsvStart, findStart } from './dialect.ts';
import { findRecords, withoutLineEnd } from './records.ts';

/** A record longer than this (bytes), or whose quotes are open for longer, is one failed row. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/** Of a failed row, at most so many bytes are kept to show. */
export const MAX_KEPT_BYTES = 64 * 1024;

/** A line of spaces and tabs is no record. */
const BLANK = /^[ \t]*$/;

/** One record of a CSV document that is not its header and not blank. */
export interface CsvRecord {
  /** The physical line on which it begins, from 1. */
  readonly line: number;
  /** Its bytes as they stand, without the line end. */
  readonly raw: Uint8Array;
  /**
   * Its fields as latin1 text (a char a byte; see {@link toUtf8}), without quotes, trimmed where not
   * quoted. Empty when `problem` is set.
   */
  readonly fields: readonly string[];
  /** Set when it could not be split into fields. */
  readonly problem?: FieldProblem;
}

/** The header of a CSV document and how it is written. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly raw: Uint8Array;
  readonly dialect: CsvDialect;
}

/** Reads one CSV document piece by piece, in memory bounded by the largest piece and record. */
export interface CsvReader {
  /** Known once the header line was pushed. */
  readonly header: CsvHeader | undefined;
  /** Takes the next bytes and returns the records that they complete. */
  push(chunk: Uint8Array): readonly CsvRecord[];
  /** Takes the end of the document and returns what is left. */
  end(): readonly CsvRecord[];
}

/**
 * Creates a reader for one document: RFC 4180 and what spreadsheets write (byte order mark, CRLF,
 * `sep=`, `;`, tab or `|` as delimiter, newlines in quotes).
 *
 * Reading throws ScorerError `EMPTY_FILE`, `INVALID_ENCODING` or `INVALID_HEADER` for a document
 * without a header that can be read; a bad record only carries its `problem`.
 */
export function createCsvReader(): CsvReader {
  return new Reader();
}

/** A latin1 field as the UTF-8 text that its bytes are; undefined when they are not UTF-8. */
export function toUtf8(field: string): string | undefined {
  if (/^\p{ASCII}*$/u.test(field)) return field;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(field, 'latin1'));
  } catch {
    return undefined;
  }
}

class Reader implements CsvReader {
  header: CsvHeader | undefined;
  #window = Buffer.alloc(0);
  #line = 1;
  /** Do not look for records again before so many bytes are there. */
  #wanted = 0;
  /** Set while the rest of an overlong line is being dropped. */
  #skipping = false;

  push(chunk: Uint8Array): readonly CsvRecord[] {
    this.#window = this.#window.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#window, chunk]);
    return this.#window.length < this.#wanted ? [] : this.#read(false);
  }

  end(): readonly CsvRecord[] {
    return this.#read(true);
  }

  #read(final: boolean): readonly CsvRecord[] {
    if (this.header === undefined && !this.#readHeader(final)) return [];
    const out: CsvRecord[] = [];
    while (this.#window.length > 0) {
      if (this.#skipping && !this.#skipLine(final)) break;
      const malformed = this.#takeRecords(final, out);
      const tooLong = this.#window.length > MAX_RECORD_BYTES;
      if (malformed || tooLong) {
        out.push(this.#failLine(final, malformed));
      } else {
        this.#wanted = Math.min(this.#window.length * 2, MAX_RECORD_BYTES + 1);
        break;
      }
    }
    return out;
  }

  #readHeader(final: boolean): boolean {
    const start = findStart(this.#window, final);
    const found = start && findRecords(this.#window.subarray(start.headerOffset), start.dialect, final);
    const first = found?.records[0];
    if (start === undefined || first === undefined) {
      if (found?.malformed || final || this.#window.length > MAX_RECORD_BYTES) {
        throw new ScorerError('The header line has malformed quotes, or does not end.', {
          code: 'INVALID_HEADER',
        });
      }
      return false;
    }
    this.#setHeader(start, first.fields, first.end);
    return true;
  }

  #setHeader(start: CsvStart, fields: readonly string[], length: number): void {
    const names = fields.map((field) => {
      const name = toUtf8(field);
      if (name !== undefined) return name;
      throw new ScorerError('The header line is not valid UTF-8: convert the CSV to UTF-8.', {
        code: 'INVALID_ENCODING',
      });
    });
    const bytes = this.#window.subarray(start.headerOffset, start.headerOffset + length);
    this.header = {
      names,
      raw: Buffer.from(withoutLineEnd(bytes, start.dialect.newline)),
      dialect: start.dialect,
    };
    this.#line += start.linesBefore + this.#countLines(bytes);
    this.#window = this.#window.subarray(start.headerOffset + length);
  }

  /** Moves the complete records at the window's start to `out`; true when the next one is malformed. */
  #takeRecords(final: boolean, out: CsvRecord[]): boolean {
    const window = this.#window;
    const found = findRecords(window, this.#dialect, final);
    for (const { start, end, fields } of found.records) {
      const bytes = window.subarray(start, end);
      const raw = withoutLineEnd(bytes, this.#dialect.newline);
      const blank = fields.length === 1 && BLANK.test(raw.toString('latin1'));
      if (!blank) out.push({ line: this.#line, raw, fields });
      this.#line += this.#countLines(bytes);
    }
    this.#window = window.subarray(found.next);
    return found.malformed;
  }

  /** Takes the first line off the window as a failed row, whatever its quotes say. */
  #failLine(final: boolean, malformed: boolean): CsvRecord {
    const end = this.#lineEnd(final);
    const bytes = this.#window.subarray(0, end ?? this.#window.length);
    const openQuote = malformed || (end !== undefined && end <= MAX_RECORD_BYTES);
    const record: CsvRecord = {
      line: this.#line,
      raw: Buffer.from(withoutLineEnd(bytes, this.#dialect.newline).subarray(0, MAX_KEPT_BYTES)),
      fields: [],
      problem: openQuote
        ? {
            code: 'MALFORMED_QUOTES',
            expected: 'a closing quote before the delimiter, and quotes inside quotes doubled',
            got: 'a quote that is not closed, or text after it',
          }
        : { code: 'RECORD_TOO_LARGE', expected: `at most ${MAX_RECORD_BYTES} bytes`, got: 'a longer line' },
    };
    this.#skipping = end === undefined;
    if (end !== undefined) this.#line += 1;
    this.#window = this.#window.subarray(bytes.length);
    return record;
  }

  /** Drops bytes up to the line end; false when it has not come yet. */
  #skipLine(final: boolean): boolean {
    const end = this.#lineEnd(final);
    this.#window = this.#window.subarray(end ?? this.#window.length);
    if (end === undefined) return false;
    this.#line += 1;
    this.#skipping = false;
    return true;
  }

  /** One past the first line end, or past the last byte of the document; undefined when not there yet. */
  #lineEnd(final: boolean): number | undefined {
    const window = this.#window;
    const lf = window.indexOf(0x0a);
    const cr = this.#dialect.newline === '\r' ? window.indexOf(0x0d) : -1;
    if (cr !== -1 && (lf === -1 || cr < lf)) {
      if (cr + 1 === window.length && !final) return undefined;
      return window[cr + 1] === 0x0a ? cr + 2 : cr + 1;
    }
    if (lf !== -1) return lf + 1;
    return final ? window.length : undefined;
  }

  #countLines(bytes: Buffer): number {
    let count = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      if (bytes[at] === 0x0a) count += 1;
      else if (bytes[at] === 0x0d && this.#dialect.newline === '\r' && bytes[at + 1] !== 0x0a) count += 1;
    }
    return count;
  }

  get #dialect(): CsvDialect {
    return this.header?.dialect ?? { delimiter: ',', newline: '\n', bom: false };
  }
}
