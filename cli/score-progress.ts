import { createProgress, type ProgressState, type Speed, toBar, toCount, toDuration } from './progress.ts';
import { toOneLine } from './table.ts';

/** How far scoring is, over all its files. */
export interface ScoreProgressState extends ProgressState {
  /** Rows that were read, whatever became of them. */
  readonly rows: number;
  /** Bytes of the inputs, as they are stored, that were taken. */
  readonly bytes: number;
  /** Of the rows, those that failed. */
  readonly failed: number;
  /** The file that is being scored, from 1. */
  readonly file: number;
}

/** How much there is to score. */
export interface ScoreExtent {
  readonly files: number;
  /** Of all files together; absent where one's isn't known, as of a pipe. */
  readonly totalBytes?: number;
}

/** Tells a person how far scoring is, on a terminal alone. */
export interface ScoreProgress {
  /** Tells it, unless it was told less than 100 ms ago. */
  update(state: ScoreProgressState): void;
  /** Writes a line of its own, wherever the stream goes. Control characters become spaces. */
  say(line: string): void;
  /** Leaves no progress line. */
  end(): void;
}

/** What progress is written to: standard error has it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const USUAL_COLUMNS = 80;

/** Creates a {@link ScoreProgress}. @param nowMs any steady clock */
export function createScoreProgress(
  stream: ProgressStream,
  extent: ScoreExtent,
  nowMs: () => number,
): ScoreProgress {
  const write = (text: string): void => {
    stream.write(text);
  };
  if (stream.isTTY !== true) {
    return { update: () => undefined, say: (line) => write(`${toOneLine(line)}\n`), end: () => undefined };
  }
  const progress = createProgress<ScoreProgressState>({
    done: 'scored',
    startMs: nowMs(),
    write,
    get columns() {
      return stream.columns || USUAL_COLUMNS; // 0 where the terminal doesn't tell; it changes with the window
    },
    toLine: (state, speed, columns) => toScoreLine(state, extent, speed, columns),
  });
  return {
    update: (state) => progress.update(state, nowMs()),
    say: (line) => progress.say(toOneLine(line)),
    end: progress.end,
  };
}

/**
 * One line of progress that fits into `columns`, the last of which stays free. Where there is little room, the bar
 * goes first, then speeds, the file, the time that is left, and what failed.
 */
export function toScoreLine(
  state: ScoreProgressState,
  { files, totalBytes }: ScoreExtent,
  speed: Speed,
  columns: number,
): string {
  const { rows, bytes, failed, file } = state;
  const part = totalBytes === undefined ? undefined : totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes);
  const left = totalBytes === undefined || speed.bytes <= 0 ? undefined : (totalBytes - bytes) / speed.bytes;
  // in the order of the line; the least `worth` is left out first
  const parts: { readonly text: string; readonly worth: number }[] = [
    { text: part === undefined ? '' : toBar(part), worth: 0 },
    { text: part === undefined ? `${toCount(bytes / 1e6)} MB` : `${Math.floor(part * 100)}%`, worth: 6 },
    { text: files > 1 ? `file ${toCount(file)} of ${toCount(files)}` : '', worth: 3 },
    { text: `${toCount(rows)} rows`, worth: 7 },
    { text: failed > 0 ? `${toCount(failed)} failed` : '', worth: 5 },
    { text: `${toCount(speed.rows)} rows/s`, worth: 2 },
    { text: `${(speed.bytes / 1e6).toFixed(1)} MB/s`, worth: 1 },
    { text: left === undefined ? '' : `${toDuration(left)} left`, worth: 4 },
  ];
  for (let worth = 0; ; worth += 1) {
    const kept = parts.filter((each) => each.text !== '' && each.worth >= worth);
    const line = kept.map(({ text }) => text).join('  ');
    if (line.length < columns || kept.length <= 1) return line.slice(0, Math.max(0, columns - 1));
  }
}
