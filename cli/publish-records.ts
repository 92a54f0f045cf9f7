import { Buffer, isUtf8 } from 'node:buffer';
import { findStart } from '../src/decode/csv/dialect.ts';
import type { CsvHeader } from '../src/decode/csv/header.ts';
import { MAX_KEPT_BYTES } from '../src/decode/csv/limits.ts';
import { type CsvRecord, createCsvReader } from '../src/decode/csv/reader.ts';
import { describeProblem } from '../src/errors.ts';
import { MAX_MESSAGE_BYTES } from '../src/message-size.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CRLF = Buffer.of(CARRIAGE_RETURN, LINE_FEED);
const NEW_LINE = Buffer.of(LINE_FEED);
const NOTHING = Buffer.alloc(0);
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** A row of a file as it goes into a message. */
export interface FileRow {
  /** What stands before the rows of its message: the header line with its line end; empty for NDJSON. */
  readonly head: Uint8Array;
  /** Its bytes as they stand in the file, without the line end. */
  readonly data: Uint8Array;
  /** What ends it where another row follows in the message. */
  readonly lineEnd: Uint8Array;
  /** The physical line on which it begins, from 1. */
  readonly line: number;
  /** True for a row that can't be read: alone in its message it is one dead letter, and harms no other. */
  readonly isBad: boolean;
  /** Why it can't be published: not all of its bytes are here. */
  readonly refusal?: string;
}

/**
 * The rows of a CSV document, some for each chunk; blank lines are none. Memory is bounded by the
 * largest chunk and record.
 *
 * @throws ScorerError `EMPTY_FILE`, `INVALID_ENCODING` or `INVALID_HEADER` when the header can't be read
 */
export async function* readCsvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly FileRow[]> {
  const reader = createCsvReader();
  let head: Buffer | undefined;
  const toRows = (records: readonly CsvRecord[]): readonly FileRow[] => {
    const { header } = reader;
    if (header === undefined) return [];
    head ??= toHead(header);
    const start = head;
    const newline = Buffer.from(header.dialect.newline);
    return records.map((record) => toRow(record, start, newline));
  };
  for await (const chunk of chunks) yield toRows(reader.push(chunk));
  yield toRows(reader.end());
}

/** The header line; `sep=` before it where its delimiter would not be guessed from it alone. */
function toHead({ raw, dialect }: CsvHeader): Buffer {
  const line = Buffer.concat([raw, Buffer.from(dialect.newline)]);
  const isGuessed = findStart(line, true)?.dialect.delimiter === dialect.delimiter;
  return isGuessed ? line : Buffer.concat([Buffer.from(`sep=${dialect.delimiter}${dialect.newline}`), line]);
}

function toRow({ raw, line, problem }: CsvRecord, head: Uint8Array, newline: Uint8Array): FileRow {
  // a CR that belongs to the row would make a CRLF with the LF after it
  const lineEnd = raw.at(-1) === CARRIAGE_RETURN ? CRLF : newline;
  const row = { head, data: raw, lineEnd, line, isBad: problem !== undefined };
  const isCut = problem !== undefined && raw.length >= MAX_KEPT_BYTES;
  return isCut ? { ...row, refusal: describeProblem(problem) } : row;
}

/**
 * The lines of an NDJSON document (ended by LF or CRLF), some for each chunk; blank ones are no rows.
 * Of a line that no message can hold, what comes after that bound is left out.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly FileRow[]> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let line = 1;
  const hold = (bytes: Uint8Array): void => {
    if (heldBytes > MAX_MESSAGE_BYTES || bytes.length === 0) return;
    held.push(bytes);
    heldBytes += bytes.length;
  };
  const take = (): readonly FileRow[] => {
    const [first = NOTHING] = held;
    const data = toLine(held.length > 1 ? Buffer.concat(held) : first, line === 1);
    held = [];
    heldBytes = 0;
    line += 1;
    if (isBlank(data)) return [];
    return [{ head: NOTHING, lineEnd: NEW_LINE, data, line: line - 1, isBad: !isUtf8(data) }];
  };
  for await (const chunk of chunks) {
    const rows: FileRow[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      hold(chunk.subarray(start, end));
      rows.push(...take());
      start = end + 1;
    }
    hold(chunk.subarray(start));
    yield rows;
  }
  yield take();
}

/** A line without its CR, the first one without the byte order mark that RFC 8259 §8.1 forbids. */
function toLine(bytes: Uint8Array, isFirst: boolean): Uint8Array {
  const isMarked = isFirst && BYTE_ORDER_MARK.equals(bytes.subarray(0, 3));
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return bytes.subarray(isMarked ? 3 : 0, end);
}

/** Blank as the scoring function means it, in any script. */
function isBlank(line: Uint8Array): boolean {
  const [first = 0x20] = line;
  const mayBeBlank = first <= 0x20 || first >= 0x80;
  return mayBeBlank && new TextDecoder().decode(line).trim() === '';
}
