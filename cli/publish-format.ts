import { show } from '../src/errors.ts';
import { usage } from './command.ts';

/** What a file to publish holds: rows below a header line, one JSON value a line, or one document. */
export type RowFormat = 'csv' | 'ndjson' | 'json';

const FORMATS = ['csv', 'ndjson', 'json'] as const satisfies readonly RowFormat[];

/** A document whose first line is longer is not told apart: it is taken for one message, which it is too long for. */
const MAX_LOOKED_AT_BYTES = 10_000_000;

const LINE_FEED = 0x0a;

/**
 * The format that a flag or else a file's name tells; undefined for `-`, standard input.
 *
 * @param named the value of `--format`
 * @throws ScorerError `USAGE` for another format, and for a name that tells none
 */
export function toFormat(file: string, named: string | undefined): RowFormat | undefined {
  if (named !== undefined) {
    const format = FORMATS.find((known) => known === named);
    if (format !== undefined) return format;
    throw usage(`There is no format ${show(named)}: expected one of ${FORMATS.join(', ')}.`);
  }
  if (file === '-') return undefined;
  if (/\.csv$/i.test(file)) return 'csv';
  if (/\.(?:ndjson|jsonl)$/i.test(file)) return 'ndjson';
  if (/\.json$/i.test(file)) return 'json';
  throw usage(
    `${show(file)} is no file to publish: expected a name that ends in .json, .ndjson or .csv, or --format`,
  );
}

/**
 * Tells the format from the first bytes: what begins with a bracket is NDJSON where its first line is whole
 * JSON, else one JSON document; all else is CSV. No byte is lost: `chunks` has them all.
 *
 * @throws ScorerError `USAGE` for gzip
 */
export async function findFormat(
  source: AsyncIterable<Uint8Array>,
): Promise<{ readonly format: RowFormat; readonly chunks: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const taken: Uint8Array[] = [];
  let bytes = 0;
  let format: RowFormat | undefined;
  while (format === undefined) {
    const { value, done } = await iterator.next();
    if (done !== true) taken.push(value);
    bytes += done === true ? 0 : value.length;
    // only what may end the look is put together: a long first line comes in many chunks
    const isLast = done === true || bytes > MAX_LOOKED_AT_BYTES;
    if (isLast || taken.length === 1 || value.includes(LINE_FEED)) {
      format = guess(Buffer.concat(taken), isLast);
    }
  }
  return { format, chunks: rejoin(taken, iterator) };
}

function guess(head: Buffer, isLast: boolean): RowFormat | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) {
    throw usage(
      'Standard input is gzip: unpack it first, as in gunzip -c FILE | scorestream publish TOPIC -',
    );
  }
  const [mark = ''] = /^(?:\xef\xbb\xbf)?[ \t\r\n]*/.exec(head.toString('latin1', 0, 1024)) ?? [];
  const begin = mark.length;
  if (head.length < 3 && !isLast) return undefined; // it may be a part of the byte order mark
  if (begin === head.length) return isLast ? 'csv' : undefined;
  if (head[begin] !== 0x7b && head[begin] !== 0x5b) return 'csv';
  const end = head.indexOf(LINE_FEED, begin);
  if (end === -1 && !isLast) return undefined;
  return isJson(head.toString('utf8', begin, end === -1 ? head.length : end)) ? 'ndjson' : 'json';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function* rejoin(
  taken: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* taken;
  yield* { [Symbol.asyncIterator]: () => iterator };
}
