import { type FieldProblem, type RowFailure, ScorerError, show } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { parseJson } from './json.ts';
import { decodeUtf8, looksLikeUtf16 } from './text.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Some consecutive rows of an NDJSON document, one a line; blank lines are no rows. */
export interface NdjsonRows {
  /** One JSON value a row; `undefined` where the line is not JSON (it is then in `failures`). */
  readonly values: readonly unknown[];
  /** Each row's line, without its line end: a part of the document's own bytes. */
  readonly lines: readonly Uint8Array[];
  /** Their rows count from the first of these. */
  readonly failures: readonly RowFailure[];
}

/** How much is decoded at once. */
export interface NdjsonBounds {
  readonly maxRows: number;
  /** No further line is taken once the rows have so many bytes. */
  readonly maxBytes: number;
}

/**
 * Splits bytes into lines (LF or CRLF) and parses each; a line that is not UTF-8 or not JSON fails alone.
 * `{"x":[…]}` counts as its array. Nothing is decoded before it is asked for.
 *
 * @throws ScorerError `INVALID_ENCODING` for UTF-16, in which no line can be told apart
 */
export function* decodeNdjson(
  bytes: Uint8Array,
  { maxRows, maxBytes }: NdjsonBounds = {
    maxRows: Number.POSITIVE_INFINITY,
    maxBytes: Number.POSITIVE_INFINITY,
  },
): Generator<NdjsonRows, void> {
  if (looksLikeUtf16(bytes)) {
    throw new ScorerError('The lines are UTF-16: convert them to UTF-8.', { code: 'INVALID_ENCODING' });
  }
  let lines: Uint8Array[] = [];
  let size = 0;
  for (const line of splitLines(bytes)) {
    lines.push(line);
    size += line.length;
    if (lines.length < maxRows && size < maxBytes) continue;
    yield decodeLines(lines);
    lines = [];
    size = 0;
  }
  if (lines.length > 0) yield decodeLines(lines);
}

/** The lines that are not blank, one after the other. */
export function* splitLines(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let start = skipBlank(bytes, 0); start < bytes.length; ) {
    const lineFeed = bytes.indexOf(LINE_FEED, start);
    const next = lineFeed === -1 ? bytes.length : lineFeed;
    const end = bytes[next - 1] === CARRIAGE_RETURN ? next - 1 : next;
    yield bytes.subarray(start, end);
    start = skipBlank(bytes, next);
  }
}

/** Where the first line begins, from a line's start or end on, that is not blank. */
function skipBlank(bytes: Uint8Array, from: number): number {
  let start = from;
  let at = from;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === LINE_FEED) start = at + 1;
    else if (byte !== 0x20 && (byte === undefined || byte < 0x09 || byte > CARRIAGE_RETURN)) return start;
  }
  return at;
}

function decodeLines(lines: readonly Uint8Array[]): NdjsonRows {
  const failures: RowFailure[] = [];
  const values = lines.map((line, row) => {
    try {
      const value = parseJson(decodeUtf8(line, 'The line'), 'The line');
      return isObject(value) && Object.hasOwn(value, 'x') && Array.isArray(value['x']) ? value['x'] : value;
    } catch (error) {
      if (!(error instanceof ScorerError)) throw error;
      failures.push({ row, problems: [toProblem(line, error)] });
      return undefined;
    }
  });
  return { values, lines, failures };
}

/** So many bytes of a line are enough to show what it is. */
const SHOWN_BYTES = 512;

function toProblem(line: Uint8Array, { code, message }: ScorerError): FieldProblem {
  if (code === 'INVALID_ENCODING') return { code, expected: 'UTF-8', got: 'a line with other bytes' };
  const start = show(new TextDecoder().decode(line.subarray(0, SHOWN_BYTES)));
  return { code, expected: 'one JSON value', got: `${start} (${message.replace(/\.$/, '')})` };
}
