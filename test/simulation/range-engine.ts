// An engine over an input that is only told of, so that it may have terabytes: a header, then rows of one length,
// of which each 100,000th fails.
import { isHead } from '../../src/batch/protocol/plan.ts';
import { type Content, crcOfZeros, toldContent } from './content.ts';
import type { Engine } from './engine.ts';

/** Bytes of the header and of each row. */
export const HEADER_BYTES = 100;
export const ROW_BYTES = 200;
/** Bytes that a prediction adds to a row, and those of a bad row in `errors.csv`. */
const ADDED_BYTES = 14;
export const ERROR_BYTES = 300;

const ROWS_A_FAILURE = 100_000;

/** An input of at most so many bytes: whole rows. */
export function createInput(maxBytes: number): Content {
  const rows = Math.floor((maxBytes - HEADER_BYTES) / ROW_BYTES);
  return toldContent(HEADER_BYTES + rows * ROW_BYTES, []);
}

/** Rows of an input of so many bytes, and how many of them fail. */
export function countRows(size: number): { readonly rows: number; readonly failed: number } {
  const rows = (size - HEADER_BYTES) / ROW_BYTES;
  return { rows, failed: failuresBefore(rows) };
}

/** Failures among the first rows. */
function failuresBefore(rows: number): number {
  return Math.ceil(rows / ROWS_A_FAILURE);
}

/** Creates the engine; so often a guess is wrong. */
export function createRangeEngine(wrongGuesses: number): Engine {
  return {
    head: () => ({
      gzip: false,
      dialect: { delimiter: ',', newline: '\n', bom: false },
      header: '',
      start: HEADER_BYTES,
      first_line: 2,
      header_crc32c: crcOfZeros(HEADER_BYTES),
    }),
    judge: () => undefined,
    guess(_input, _plan, { from, to }, random) {
      const row = Math.ceil((from - HEADER_BYTES) / ROW_BYTES);
      const start =
        HEADER_BYTES + row * ROW_BYTES + (random.isHit(wrongGuesses) ? random.between(1, 150) : 0);
      return start < to ? start : undefined;
    },
    score(input, plan, from, _cpu, maxRows) {
      const bound = (Math.floor(from / plan.shard_bytes) + 1) * plan.shard_bytes;
      const first = Math.ceil((from - HEADER_BYTES) / ROW_BYTES);
      const isGuessed = HEADER_BYTES + first * ROW_BYTES !== from;
      const inShard = Math.ceil((bound - HEADER_BYTES) / ROW_BYTES);
      const end = Math.min(input.size, HEADER_BYTES + Math.min(inShard, first + maxRows) * ROW_BYTES);
      const after = (end - HEADER_BYTES) / ROW_BYTES;
      const failed = failuresBefore(after) - failuresBefore(first);
      const rows = after - first + (isGuessed ? 1 : 0);
      const span = { from, to: end, model: plan.model.digest };
      const isStart = isHead(plan.head) && from === plan.head.start;
      const size = (isStart ? HEADER_BYTES : 0) + (rows - failed) * (ROW_BYTES + ADDED_BYTES);
      return {
        part: {
          start: from,
          end,
          last: end === input.size,
          rows,
          failed,
          lines: rows,
          input_crc32c: crcOfZeros(end - from),
        },
        predictions: toldContent(size, [span]),
        errors: failed === 0 ? undefined : toldContent(failed * ERROR_BYTES, [span]),
      };
    },
    renumber(errors, lines) {
      const from = errors.spans[0]?.from ?? 0;
      const expected = 2 + (from - HEADER_BYTES) / ROW_BYTES;
      if (lines !== expected)
        throw new Error(`the part at ${from} begins with line ${expected}, not ${lines}`);
      return errors;
    },
    reasons: () => [],
  };
}
