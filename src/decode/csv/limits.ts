import type { FieldProblem } from '../../errors.ts';

/** A record longer than this (bytes, without its line end), or whose quotes are open for longer, is one failed row. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/** Of a failed row, at most so many bytes are kept to show. */
export const MAX_KEPT_BYTES = 64 * 1024;

/** What text after a closing quote, or a quote that is not closed, is told as. */
export const MALFORMED: FieldProblem = {
  code: 'MALFORMED_QUOTES',
  expected: 'a closing quote before the delimiter, and quotes inside quotes doubled',
  got: 'a quote that is not closed, or text after it',
};

/** What a record beyond the bound is told as. */
export const TOO_LARGE: FieldProblem = {
  code: 'RECORD_TOO_LARGE',
  expected: `at most ${MAX_RECORD_BYTES} bytes`,
  got: 'a longer line',
};
