import { ScorerError } from '../../errors.ts';

/** A kind of file that is not CSV, and what to do with it. */
interface Format {
  readonly what: string;
  readonly remedy: string;
  /** Its first bytes, in hex. */
  readonly magic?: string;
  /** True where a table may begin with the same letters: then a byte that is no text must follow. */
  readonly isWord?: boolean;
  /** How it begins as text. */
  readonly text?: RegExp;
}

const AS_CSV = 'write the table as CSV';
const AS_GZIP = 'use gzip, or no compression';

/** https://en.wikipedia.org/wiki/List_of_file_signatures */
const FORMATS: readonly Format[] = [
  {
    magic: '504b0304',
    what: 'a zip archive, as Excel workbooks are',
    remedy: 'save the sheet as CSV, or unpack it',
  },
  { magic: 'd0cf11e0', what: 'an old Excel workbook', remedy: 'save the sheet as CSV' },
  { magic: '50415231', isWord: true, what: 'a Parquet file', remedy: AS_CSV },
  { magic: '4f5243', isWord: true, what: 'an ORC file', remedy: AS_CSV },
  { magic: '4152524f5731', isWord: true, what: 'an Arrow file', remedy: AS_CSV },
  { magic: '4f626a01', what: 'an Avro file', remedy: AS_CSV },
  { magic: '53514c69746520666f726d6174203300', what: 'an SQLite database', remedy: AS_CSV },
  { magic: '255044462d', what: 'a PDF', remedy: AS_CSV },
  { magic: '1f8b', what: 'compressed with gzip', remedy: 'say so where it is sent, or unpack it' },
  { text: /^BZh[1-9]1AY/, what: 'compressed with bzip2', remedy: AS_GZIP },
  { magic: 'fd377a585a00', what: 'compressed with xz', remedy: AS_GZIP },
  { magic: '28b52ffd', what: 'compressed with Zstandard', remedy: AS_GZIP },
  {
    text: /^\s*<(?:!doctype|html|head|body|\?xml)/i,
    what: 'a web page or XML',
    remedy: 'get the table itself',
  },
  { text: /^\s*(?:\{\s*"|\[\s*[{["])/, what: 'JSON', remedy: 'write it as CSV' },
];

/** Bytes that tell a format. */
const ENOUGH = 64;

/**
 * Refuses a document that is plainly something else, whatever it is named.
 *
 * @param bytes its first
 * @throws ScorerError `NOT_CSV` that says what it is and what to do
 */
export function refuseOtherFormats(bytes: Buffer): void {
  const hex = bytes.toString('hex', 0, ENOUGH);
  const text = bytes.toString('latin1', 0, ENOUGH).replace(/^\xef\xbb\xbf/, '');
  const found = FORMATS.find(({ magic = '', isWord, text: begin }) => {
    if (!hex.startsWith(magic) || begin?.test(text) === false) return false;
    const after = bytes[magic.length / 2];
    return (
      isWord !== true ||
      (after !== undefined && (after < 0x09 || after > 0x7e || (after > 0x0d && after < 0x20)))
    );
  });
  if (found === undefined) return;
  throw new ScorerError(`This is no CSV but ${found.what}: ${found.remedy}.`, { code: 'NOT_CSV' });
}
