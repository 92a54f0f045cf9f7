import { createCsvReader } from '../../decode/csv/reader.ts';
import { ERRORS_HEADER } from '../../encode/csv.ts';
import type { Reason } from '../judge.ts';

const LF = 0x0a;
const QUOTE = 0x22;
const ZERO = 0x30;

/**
 * Raises the line numbers that rows of `errors.csv` begin with. Rows are as they were written here: numbers come
 * first, and fields with quotes or line ends are quoted.
 *
 * @param lines added to each
 */
export async function* raiseLines(
  source: AsyncIterable<Uint8Array>,
  lines: number,
): AsyncGenerator<Uint8Array> {
  let isQuoted = false;
  let isNumber = true;
  let number = 0;
  for await (const chunk of source) {
    const out: Uint8Array[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (isNumber) {
        const digit = byte - ZERO;
        if (digit >= 0 && digit < 10) {
          number = number * 10 + digit;
          start = at + 1;
          continue;
        }
        out.push(Buffer.from(String(number + lines)));
        isNumber = false;
        number = 0;
      }
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === LF && !isQuoted) {
        out.push(chunk.subarray(start, at + 1));
        start = at + 1;
        isNumber = true;
      }
    }
    if (start < chunk.length) out.push(chunk.subarray(start));
    yield Buffer.concat(out);
  }
}

/** The first rows of an `errors.csv` without its header, as reasons. */
export async function readReasons(
  source: AsyncIterable<Uint8Array>,
  lines: number,
  limit: number,
): Promise<readonly Reason[]> {
  const reader = createCsvReader();
  const reasons: Reason[] = [];
  reader.push(Buffer.from(ERRORS_HEADER));
  const take = (records: ReturnType<typeof reader.end>): void => {
    for (const { fields } of records) {
      const [line = '', , code = '', message = ''] = fields.map((field) =>
        Buffer.from(field, 'latin1').toString(),
      );
      if (reasons.length < limit) reasons.push({ line: Number(line) + lines, code, message });
    }
  };
  for await (const chunk of source) {
    take(reader.push(chunk));
    if (reasons.length >= limit) return reasons;
  }
  take(reader.end());
  return reasons;
}
