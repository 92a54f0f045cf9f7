/** The word for standard input. */
export const STANDARD_INPUT = '-';

/** A CSV to score. */
export interface ScoreInput {
  /** An absolute path, a `gs://` URI, or `-` for standard input. */
  readonly uri: string;
  /** What people call it. */
  readonly name: string;
  /**
   * Its name below an output folder, with `/` between parts: the path below the folder, or below the fixed part of
   * the pattern, by which it was found; of a file that was named, the last part.
   */
  readonly relative: string;
  /** True when a word is its name; false when it was found in a folder or by a pattern. */
  readonly isNamed: boolean;
  /** True for what can be read once, from its begin to its end: standard input, a named pipe. */
  readonly isPipe: boolean;
  /** Bytes, as it is stored; absent where that isn't known. */
  readonly size?: number;
}

/** What was found below folders and by patterns, but is no input. */
export interface LeftOut {
  /** CSV files whose names begin with a dot. */
  readonly hidden: number;
  /** `predictions.csv` and `errors.csv` beside a `job.json`, or where results of this run go. */
  readonly outputs: number;
}

/** What a word names. */
export interface FoundInputs {
  readonly inputs: readonly ScoreInput[];
  readonly leftOut: LeftOut;
  /** True for one file, or standard input; false for a folder or a pattern, however many were found by it. */
  readonly isSingle: boolean;
}

/** What the name of one file gives. */
export function toSingle(input: Omit<ScoreInput, 'isNamed'>): FoundInputs {
  return { inputs: [{ ...input, isNamed: true }], leftOut: { hidden: 0, outputs: 0 }, isSingle: true };
}

/** Says what was left out: `2 results of earlier scoring and 1 hidden file`. Empty when nothing was. */
export function toLeftOutText({ hidden, outputs }: LeftOut): string {
  const parts = [
    ...(outputs > 0 ? [`${outputs} ${outputs === 1 ? 'result' : 'results'} of earlier scoring`] : []),
    ...(hidden > 0 ? [`${hidden} hidden ${hidden === 1 ? 'file' : 'files'}`] : []),
  ];
  return parts.join(' and ');
}
