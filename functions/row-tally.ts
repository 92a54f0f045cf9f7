import type { ErrorCode } from '../src/errors.ts';

/** What became of the rows of one request; it grows while they are scored. */
export class RowTally {
  /** Rows that were read of the body. */
  read = 0;
  /** Rows whose predictions were answered, or published. One bad row may keep all of a request from it. */
  scored = 0;
  /** Rows that could not be scored. */
  refused = 0;
  /** Those by the code of their first problem; undefined where there are none. */
  codes: Map<ErrorCode, number> | undefined;

  addRefused(code: ErrorCode): void {
    this.refused += 1;
    this.codes ??= new Map();
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
  }
}
