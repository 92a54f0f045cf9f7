/** How far something that reads a file is. */
export interface ProgressState {
  readonly rows: number;
  /** Bytes of the file that these rows took. */
  readonly bytes: number;
}

/** What a progress display needs. */
export interface ProgressOptions {
  /** Says what became of the rows, such as `published`. */
  readonly done: string;
  /** The file's size; absent where it isn't known, as of a pipe. */
  readonly totalBytes?: number;
  /** When it begins, in milliseconds of any steady clock. */
  readonly startMs: number;
  /** The width of the terminal that one line is redrawn on; without it, lines follow each other. */
  readonly columns?: number;
  write(text: string): void;
}

/** Tells a person how far something is. Times are those of {@link ProgressOptions.startMs}'s clock. */
export interface Progress {
  /** Tells it, unless it was told a moment ago: 100 ms on a terminal, else 10 s. */
  update(state: ProgressState, nowMs: number): void;
  /** Writes a line of its own, between what is told of the progress. */
  say(line: string): void;
  /** Leaves no progress line on a terminal. */
  end(): void;
}

const REDRAW_MS = 100;
const LINE_MS = 10_000;

/** Speeds are those of the last so many milliseconds. */
const SPEED_MS = 10_000;

const BAR_CHARS = 20;
const ERASE = '\r\x1b[K';

/** Creates a {@link Progress}. */
export function createProgress(options: ProgressOptions): Progress {
  const { done, totalBytes, startMs, columns, write } = options;
  const speed = createSpeed();
  let toldMs = columns === undefined ? startMs : Number.NEGATIVE_INFINITY;
  let isDrawn = false;

  function erase(): void {
    if (isDrawn) write(ERASE);
    isDrawn = false;
  }

  function update(state: ProgressState, nowMs: number): void {
    if (nowMs - toldMs < (columns === undefined ? LINE_MS : REDRAW_MS)) return;
    toldMs = nowMs;
    if (columns === undefined) {
      write(`${toCount(state.rows)} rows ${done}, ${toPlace(state.bytes, totalBytes)}\n`);
      return;
    }
    write(`${ERASE}${toLine(state, speed(state, nowMs), totalBytes).slice(0, columns - 1)}`);
    isDrawn = true;
  }

  return {
    update,
    say(line) {
      erase();
      write(`${line}\n`);
    },
    end: erase,
  };
}

/** Rows and bytes a second. */
interface Speed {
  readonly rows: number;
  readonly bytes: number;
}

/** Measures from the first state on: what came before it may have been left out, not done. */
function createSpeed(): (state: ProgressState, nowMs: number) => Speed {
  const seen: (ProgressState & { readonly atMs: number })[] = [];
  return (state, nowMs) => {
    seen.push({ ...state, atMs: nowMs });
    while (seen[1] !== undefined && nowMs - seen[1].atMs >= SPEED_MS) seen.shift();
    const [first = { ...state, atMs: nowMs }] = seen;
    const seconds = Math.max(1, nowMs - first.atMs) / 1000;
    return { rows: (state.rows - first.rows) / seconds, bytes: (state.bytes - first.bytes) / seconds };
  };
}

function toLine(state: ProgressState, speed: Speed, totalBytes: number | undefined): string {
  const rows = `${toCount(state.rows)} rows`;
  const speeds = `${toCount(speed.rows)} rows/s  ${(speed.bytes / 1e6).toFixed(1)} MB/s`;
  if (totalBytes === undefined) return `${rows}  ${toPlace(state.bytes, undefined)}  ${speeds}`;
  const part = totalBytes === 0 ? 1 : Math.min(1, state.bytes / totalBytes);
  const bar = '='.repeat(Math.floor(part * BAR_CHARS)).padEnd(BAR_CHARS);
  const left = speed.bytes > 0 ? `  ${toDuration((totalBytes - state.bytes) / speed.bytes)} left` : '';
  return `[${bar}] ${Math.floor(part * 100)}%  ${rows}  ${speeds}${left}`;
}

function toPlace(bytes: number, totalBytes: number | undefined): string {
  const megabytes = (count: number): string => `${toCount(count / 1e6)} MB`;
  return totalBytes === undefined ? megabytes(bytes) : `${megabytes(bytes)} of ${megabytes(totalBytes)}`;
}

function toDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A count as people read it: `1,234,567`. */
export function toCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
