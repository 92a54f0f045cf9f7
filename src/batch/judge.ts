import { ScorerError } from '../errors.ts';

/** How many rows of a document may fail before it counts as the wrong one. */
export interface ErrorLimit {
  /** A number of rows. */
  readonly count?: number;
  /** A share of the rows, from 0 to 1. */
  readonly ratio?: number;
}

/** Why a row failed, as a job tells it. */
export interface Reason {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** The first rows of a document tell whether it is plainly the wrong one. */
export const JUDGED_ROWS = 1000;

/** A failed document tells so many of its rows' reasons. */
export const MAX_REASONS = 20;

/** Rows of a document so far. */
export interface JudgedRows {
  readonly read: number;
  readonly failed: number;
  /** Of the first {@link JUDGED_ROWS}. */
  readonly failedFirst: number;
  /** The first {@link MAX_REASONS}. */
  readonly reasons: readonly Reason[];
}

/**
 * Stops at a document that is plainly the wrong one: too many of its first 1,000 rows fail, or more rows than may.
 * Without a limit of their own, of the first 1,000 rows one must pass.
 *
 * @param isEnd true when these are all its rows: then the share counts, however few they are
 * @throws ScorerError `TOO_MANY_FAILED_ROWS`, whose detail holds the first reasons
 */
export function judgeRows({ count, ratio }: ErrorLimit, rows: JudgedRows, isEnd: boolean): void {
  const { read, failed, failedFirst, reasons } = rows;
  const fail = (message: string): never => {
    throw new ScorerError(message, { code: 'TOO_MANY_FAILED_ROWS', detail: { reasons } });
  };
  if (count !== undefined && failed > count) {
    fail(`More than ${count} rows of the CSV fail: that is more than may.`);
  }
  if (read >= JUDGED_ROWS) {
    if (failedFirst === JUDGED_ROWS && (ratio === undefined || ratio < 1)) {
      fail(`The first ${JUDGED_ROWS} rows of the CSV all fail: it is not a file for this model.`);
    }
    const excess = tellExcess(ratio, JUDGED_ROWS, failedFirst);
    if (excess !== undefined) fail(`Of the first ${excess}`);
  }
  const excess = isEnd ? tellExcess(ratio, read, failed) : undefined;
  if (excess !== undefined) fail(`Of the ${excess}`);
}

/** Says that more rows fail than a share of them may; undefined where that is not so. */
export function tellExcess(ratio: number | undefined, rows: number, failed: number): string | undefined {
  if (ratio === undefined || failed <= mostOf(rows, ratio)) return undefined;
  return `${rows} rows of the CSV ${failed} fail: at most ${toPercent(ratio)} may.`;
}

/** So many rows at most are a share of some: 29 % of 100 are 29, though 0.29 × 100 is less in binary. */
function mostOf(rows: number, ratio: number): number {
  return Math.floor(Number((ratio * rows).toPrecision(15)));
}

function toPercent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(6))} %`;
}
