import type { ErrorCode } from '../../src/errors.ts';
import type { RowTally } from '../row-tally.ts';
import { Histogram } from './histogram.ts';

const ROW_BOUNDS: readonly number[] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 10_000, 100_000, 1_000_000];

/** What became of the rows of all requests. */
export class RowMeter {
  scored = 0;
  readonly refused = new Map<ErrorCode, number>();
  /** Rows of a request. */
  readonly sizes = new Histogram(ROW_BOUNDS);

  /** Adds the rows of a request that is done; one without rows counts for nothing. */
  add({ read, scored, codes }: RowTally): void {
    if (read === 0) return;
    this.scored += scored;
    this.sizes.observe(read);
    if (codes === undefined) return;
    for (const [code, rows] of codes) this.refused.set(code, (this.refused.get(code) ?? 0) + rows);
  }
}
