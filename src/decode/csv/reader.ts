import type { FieldProblem } from '../../errors.ts';
import type { CsvDialect } from './dialect.ts';
import { type CsvHeader, readHead } from './header.ts';
import { MALFORMED, MAX_KEPT_BYTES, MAX_RECORD_BYTES, TOO_LARGE } from './limits.ts';
import { countLines } from './line-bytes.ts';
import { findRecords, withoutLineEnd } from './records.ts';

/** A line of spaces and tabs is no record. */
const BLANK = /^[ \t]*$/;

/** One record of a CSV document that is not its header and not blank. */
export interface CsvRecord {
  /** The physical line on which it begins, from 1. */
  readonly line: number;
  /** Its bytes as they stand, without the line end. */
  readonly raw: Uint8Array;
  /**
   * Its fields as latin1 text (a char a byte; see `toUtf8`), without quotes, trimmed where not
   * quoted. Empty when `problem` is set.
   */
  readonly fields: readonly string[];
  /** Set when it could not be split into fields. */
  readonly problem?: FieldProblem;
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

/** How a document is read. */
export interface CsvReaderOptions {
  /** What separates fields. @default found in the header */
  readonly delimiter?: CsvDialect['delimiter'] | undefined;
  /** Whether spaces and tabs around a field that is not quoted are no part of it. @default true */
  readonly trim?: boolean;
}

/**
 * Creates a reader for one document: RFC 4180 and what spreadsheets write (byte order mark, CRLF,
 * `sep=`, `;`, tab or `|` as delimiter, newlines in quotes).
 *
 * Reading throws ScorerError `EMPTY_FILE`, `INVALID_ENCODING` or `INVALID_HEADER` for a document
 * without a header that can be read; a bad record only carries its `problem`.
 */
export function createCsvReader(options: CsvReaderOptions = {}): CsvReader {
  return new Reader(options);
}

class Reader implements CsvReader {
  header: CsvHeader | undefined;
  readonly #delimiter: CsvDialect['delimiter'] | undefined;
  readonly #trim: boolean;
  #window = Buffer.alloc(0);
  #line = 1;
  /** Do not look for records again before so many bytes are there. */
  #wanted = 0;
  /** Set while the rest of an overlong line is being dropped. */
  #skipping = false;

  constructor({ delimiter, trim = true }: CsvReaderOptions) {
    this.#delimiter = delimiter;
    this.#trim = trim;
  }

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
    const head = readHead(this.#window, final, this.#delimiter);
    if (head === undefined) return false;
    this.header = head.header;
    this.#line += head.lines;
    this.#window = this.#window.subarray(head.end);
    return true;
  }

  /** Moves the complete records at the window's start to `out`; true when the next one is malformed. */
  #takeRecords(final: boolean, out: CsvRecord[]): boolean {
    const window = this.#window;
    const found = findRecords(window, this.#dialect, final, this.#trim);
    for (const { start, end, fields } of found.records) {
      const bytes = window.subarray(start, end);
      const raw = withoutLineEnd(bytes, this.#dialect.newline);
      const blank = fields.length === 1 && BLANK.test(raw.toString('latin1'));
      if (!blank) out.push({ line: this.#line, raw, fields });
      this.#line += countLines(bytes, this.#dialect.newline);
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
      problem: openQuote ? MALFORMED : TOO_LARGE,
    };
    this.#skipping = end === undefined;
    if (end !== undefined) this.#line += 1;
    this.#window = this.#window.subarray(end ?? this.#skipTo());
    return record;
  }

  /** Drops bytes up to the line end; false when it has not come yet. */
  #skipLine(final: boolean): boolean {
    const end = this.#lineEnd(final);
    this.#window = this.#window.subarray(end ?? this.#skipTo());
    if (end === undefined) return false;
    this.#line += 1;
    this.#skipping = false;
    return true;
  }

  /** Where the rest of a line is looked for: a CR that is the last byte at hand may be its end, or half of it. */
  #skipTo(): number {
    const { length } = this.#window;
    return this.#dialect.newline === '\r' && this.#window[length - 1] === 0x0d ? length - 1 : length;
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

  get #dialect(): CsvDialect {
    return this.header?.dialect ?? { delimiter: ',', newline: '\n', bom: false };
  }
}
