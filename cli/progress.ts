/** How far something that reads a file is. */
export interface ProgressState {
  readonly rows: number;
  /** Bytes of the file that these rows took. */
  readonly bytes: number;
}

/** Rows and bytes a second. */
export interface Speed {
  readonly rows: number;
  readonly bytes: number;
}

/** What a progress display needs. */
export interface ProgressOptions<State extends ProgressState = ProgressState> {
  /** Says what became of the rows, such as `published`. */
  readonly done: string;
  /** The file's size; absent where it isn't known, as of a pipe. */
  readonly totalBytes?: number;
  /** When it begins, in milliseconds of any steady clock. */
  readonly startMs: number;
  /**
   * The width of the terminal that one line is redrawn on, asked for at each; without it, lines follow each other.
   */
  readonly columns?: number;
  /** Makes that line. @default bar, part, rows, speeds and the time that is left */
  toLine?(state: State, speed: Speed, columns: number): string;
  write(text: string): void;
}

/** Tells a person how far something is. Times are those of {@link ProgressOptions.startMs}'s clock. */
export interface Progress<State extends ProgressState = ProgressState> {
  /** Tells it, unless it was told a moment ago: 100 ms on a terminal, else 10 s. */
  update(state: State, nowMs: number): void;
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
export function createProgress<State extends ProgressState = ProgressState>(
  options: ProgressOptions<State>,
): Progress<State> {
  const { done, totalBytes, startMs, write } = options;
  const toLine = options.toLine ?? ((state, speed) => toDefaultLine(state, speed, totalBytes));
  const speed = createSpeed();
  let toldMs = options.columns === undefined ? startMs : Number.NEGATIVE_INFINITY;
  let isDrawn = false;

  function erase(): void {
    if (isDrawn) write(ERASE);
    isDrawn = false;
  }

  function update(state: State, nowMs: number): void {
    const { columns } = options;
    if (nowMs - toldMs < (columns === undefined ? LINE_MS : REDRAW_MS)) return;
    toldMs = nowMs;
    if (columns === undefined) {
      write(`${toCount(state.rows)} rows ${done}, ${toPlace(state.bytes, totalBytes)}\n`);
      return;
    }
    write(`${ERASE}${toLine(state, speed(state, nowMs), columns).slice(0, columns - 1)}`);
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

function toDefaultLine(state: ProgressState, speed: Speed, totalBytes: number | undefined): string {
  const rows = `${toCount(state.rows)} rows`;
  const speeds = `${toCount(speed.rows)} rows/s  ${(speed.bytes / 1e6).toFixed(1)} MB/s`;
  if (totalBytes === undefined) return `${rows}  ${toPlace(state.bytes, undefined)}  ${speeds}`;
  const part = totalBytes === 0 ? 1 : Math.min(1, state.bytes / totalBytes);
  const left = speed.bytes > 0 ? `  ${toDuration((totalBytes - state.bytes) / speed.bytes)} left` : '';
  return `${toBar(part)} ${Math.floor(part * 100)}%  ${rows}  ${speeds}${left}`;
}

function toPlace(bytes: number, totalBytes: number | undefined): string {
  const megabytes = (count: number): string => `${toCount(count / 1e6)} MB`;
  return totalBytes === undefined ? megabytes(bytes) : `${megabytes(bytes)} of ${megabytes(totalBytes)}`;
}

/** How much is done, from 0 to 1, as a bar: `[=====               ]`. */
export function toBar(part: number): string {
  return `[${'='.repeat(Math.floor(part * BAR_CHARS)).padEnd(BAR_CHARS)}]`;
}

/** A time as people read it: `9 s`, `2 min 5 s`, `3 h 20 min`. */
export function toDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A count as people read it: `1,234,567`. */
export function toCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
