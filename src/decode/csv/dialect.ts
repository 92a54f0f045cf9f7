import { ScorerError, show } from '../../errors.ts';
import { looksLikeUtf16 } from '../text.ts';

/** How a CSV document is written. */
export interface CsvDialect {
  readonly delimiter: ',' | ';' | '\t' | '|';
  /** How the header ends, and so how records may end: a lone CR counts only in a `\r` document. */
  readonly newline: '\n' | '\r\n' | '\r';
  /** True when the document begins with the UTF-8 byte order mark. */
  readonly bom: boolean;
}

/** A dialect with the place where the header record begins. */
export interface CsvStart {
  readonly dialect: CsvDialect;
  /** Bytes before the header record: a byte order mark, a `sep=` line, blank lines. */
  readonly headerOffset: number;
  /** Line ends in those bytes. */
  readonly linesBefore: number;
}

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * Finds the dialect from the first line: its line end, and the delimiter it names (`sep=;`, as Excel
 * writes it) or holds most of outside quotes.
 *
 * @param final true when `bytes` is all there is
 * @param given the delimiter where the document doesn't name one itself; undefined to find it
 * @returns undefined when the first line is not complete yet
 * @throws ScorerError `INVALID_ENCODING` for UTF-16, `EMPTY_FILE` when there is no header
 */
export function findStart(
  bytes: Uint8Array,
  final: boolean,
  given?: CsvDialect['delimiter'],
): CsvStart | undefined {
  if (looksLikeUtf16(bytes)) {
    throw new ScorerError('The CSV is UTF-16: save it as "CSV UTF-8" or convert it to UTF-8.', {
      code: 'INVALID_ENCODING',
    });
  }
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let offset = bom ? 3 : 0;
  let linesBefore = 0;
  let named: CsvDialect['delimiter'] | undefined;
  for (;;) {
    const line = firstLine(bytes, offset, final);
    if (line === undefined) {
      if (final) throw new ScorerError('The CSV is empty: expected a header line.', { code: 'EMPTY_FILE' });
      return undefined;
    }
    const text = Buffer.from(bytes.subarray(offset, line.end)).toString('latin1');
    const separator = linesBefore === 0 ? /^sep=(.)$/.exec(text)?.[1] : undefined;
    if (separator === undefined && !/^[ \t]*$/.test(text)) {
      return {
        dialect: { delimiter: named ?? given ?? mostFrequent(text), newline: line.newline, bom },
        headerOffset: offset,
        linesBefore,
      };
    }
    if (separator !== undefined) named = toDelimiter(separator);
    offset = line.end + line.newline.length;
    linesBefore += 1;
    if (offset >= bytes.length && final) {
      throw new ScorerError('The CSV is empty: expected a header line.', { code: 'EMPTY_FILE' });
    }
  }
}

function toDelimiter(separator: string): CsvDialect['delimiter'] {
  const found = DELIMITERS.find((delimiter) => delimiter === separator);
  if (found !== undefined) return found;
  throw new ScorerError(`The CSV names ${show(separator)} as separator: expected one of , ; tab |.`, {
    code: 'INVALID_HEADER',
  });
}

/** The first line from `offset`, where line ends between quotes do not count. */
function firstLine(
  bytes: Uint8Array,
  offset: number,
  final: boolean,
): { readonly end: number; readonly newline: CsvDialect['newline'] } | undefined {
  let quoted = false;
  for (let at = offset; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) quoted = !quoted;
    if (quoted) continue;
    if (byte === LF) return { end: at, newline: '\n' };
    if (byte !== CR) continue;
    if (at + 1 === bytes.length && !final) return undefined;
    return { end: at, newline: bytes[at + 1] === LF ? '\r\n' : '\r' };
  }
  return final && offset < bytes.length ? { end: bytes.length, newline: '\n' } : undefined;
}

function mostFrequent(line: string): CsvDialect['delimiter'] {
  const unquoted = line.replace(/"[^"]*"/g, '');
  const counted = DELIMITERS.map((delimiter) => unquoted.split(delimiter).length - 1);
  const most = Math.max(...counted);
  return DELIMITERS[counted.indexOf(most)] ?? ',';
}
