import { toCount } from './progress.ts';
import { toOneLine } from './table.ts';

/** What scoring came to. */
export interface ScoreSummary {
  readonly scored: number;
  readonly failed: number;
  /** Files that were scored, or failed as a whole. */
  readonly files: number;
  readonly failedFiles: number;
  /** Bytes of the inputs, as they are stored. */
  readonly bytes: number;
  readonly seconds: number;
  /** Where results are, as people call it; absent where they went to standard output. */
  readonly where?: string;
}

/** Speeds over less time tell nothing. */
const LEAST_SECONDS = 1;

/**
 * The last line of scoring: `90,000 rows of 3 files scored, 12 failed, in 4.5 s (20,003 rows/s, 1.2 MB/s): results`.
 * Time and speeds are left out below a second.
 */
export function toScoreSummary(summary: ScoreSummary): string {
  const { scored, failed, files, failedFiles, bytes, seconds, where } = summary;
  const rows = `${toCount(scored)} ${scored === 1 ? 'row' : 'rows'}`;
  const of = files > 1 ? ` of ${toCount(files)} files` : '';
  const speeds = `${toCount((scored + failed) / seconds)} rows/s, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s`;
  const time = seconds < LEAST_SECONDS ? '' : `, in ${toSeconds(seconds)} (${speeds})`;
  const whole =
    failedFiles > 0 ? `, ${toCount(failedFiles)} ${failedFiles === 1 ? 'file' : 'files'} as a whole` : '';
  const end = where === undefined ? '.' : `: ${where}`;
  return toOneLine(`${rows}${of} scored, ${toCount(failed)} failed${whole}${time}${end}`);
}

/** Seconds as people read them: `0.42 s`, `4.5 s`, `312 s`. */
export function toSeconds(seconds: number): string {
  return `${seconds < 1 ? seconds.toFixed(2) : seconds < 100 ? seconds.toFixed(1) : toCount(seconds)} s`;
}
