/** Bad rows that are shown of each kind: the first ones. */
const MAX_EXAMPLES = 3;

/** A row that failed, as an example of what is wrong. */
export interface ProblemExample {
  /** The file's name. */
  readonly source: string;
  /** The physical line on which the row begins, from 1. */
  readonly line: number;
  readonly message: string;
}

/** Failed rows that have something in common: a code, or a column. */
export interface ProblemCount {
  readonly name: string;
  readonly rows: number;
  /** Those of the first lines, at most three. */
  readonly examples: readonly ProblemExample[];
}

/** Counts failed rows by what they have in common. */
export interface ProblemCounter {
  /** @param describe says what is wrong; only called for an example that is kept */
  count(name: string, line: number, describe: () => string): void;
  /** The most frequent first. */
  result(): readonly ProblemCount[];
}

interface Counting {
  rows: number;
  examples: ProblemExample[];
}

/** Creates a {@link ProblemCounter} for the rows of one file. */
export function createProblemCounter(source: string): ProblemCounter {
  const groups = new Map<string, Counting>();
  return {
    count(name, line, describe) {
      let group = groups.get(name);
      if (group === undefined) {
        group = { rows: 0, examples: [] };
        groups.set(name, group);
      }
      group.rows += 1;
      const last = group.examples.at(-1);
      if (group.examples.length === MAX_EXAMPLES && last !== undefined && line >= last.line) return;
      group.examples = firstOf([...group.examples, { source, line, message: describe() }]);
    },
    result: () => toSorted(groups),
  };
}

/** The counts of two parts as those of the whole. */
export function mergeProblems(
  a: readonly ProblemCount[],
  b: readonly ProblemCount[],
): readonly ProblemCount[] {
  const groups = new Map<string, Counting>();
  for (const { name, rows, examples } of [...a, ...b]) {
    const group = groups.get(name) ?? { rows: 0, examples: [] };
    groups.set(name, { rows: group.rows + rows, examples: firstOf([...group.examples, ...examples]) });
  }
  return toSorted(groups);
}

/** Of several files, an earlier line of any comes first: the order of merging makes no difference. */
function firstOf(examples: readonly ProblemExample[]): ProblemExample[] {
  return examples
    .toSorted((a, b) => a.line - b.line || compare(a.source, b.source) || compare(a.message, b.message))
    .slice(0, MAX_EXAMPLES);
}

function toSorted(groups: ReadonlyMap<string, Counting>): readonly ProblemCount[] {
  return [...groups]
    .map(([name, { rows, examples }]) => ({ name, rows, examples }))
    .sort((a, b) => b.rows - a.rows || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
