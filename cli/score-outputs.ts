import { join, relative, resolve } from 'node:path';
import { usage } from './command.ts';
import { isCsvName, toStem } from './csv-names.ts';
import type { FoundInputs, ScoreInput } from './score-input.ts';
import { isRemote, shownPath } from './shown-path.ts';

/** Where results go when it is no folder. */
export const STANDARD_OUTPUT = '-';

/** What scoring writes into an output folder. */
const OUTPUT_FILES = [
  ...['predictions.csv', 'errors.csv', 'job.json'],
  ...['predictions.csv.partial', 'errors.csv.partial', 'checkpoint.json', 'scoring.lock'],
];

/** What there is to do, and what was left out of it. */
export interface ScorePlan extends Pick<FoundInputs, 'leftOut'> {
  readonly tasks: readonly ScoreTask[];
}

/** An input, and where its results go. */
export interface ScoreTask {
  readonly input: ScoreInput;
  /** An absolute path or a `gs://` URI of a folder; `-` for standard output, which only one task of one has. */
  readonly output: string;
}

/**
 * Says where the results of each input go. Without `output`, beside the input, under its name less `.csv` or
 * `.csv.gz`; those of a pipe to standard output. Into `output` itself those of a single file; else into
 * folders of their own below it, by their relative names. What was found where results of another input go is left
 * from a run that didn't end: it is no input.
 *
 * @param output a folder, or `-` for standard output
 * @throws ScorerError `USAGE` when two inputs would share a folder, results would replace an input, or several inputs
 * would go to standard output
 */
export function assignOutputs(found: FoundInputs, output: string | undefined): ScorePlan {
  if (output !== undefined) refuseOutput(output, found.inputs.length);
  const all = found.inputs.map((input) => ({ input, output: toOutput(input, found, output) }));
  const written = new Set(all.flatMap(toOutputFiles));
  const tasks = all.filter(({ input }) => input.isNamed || !written.has(input.uri));
  refuseShared(tasks);
  refuseReplaced(tasks);
  const { hidden, outputs } = found.leftOut;
  return { tasks, leftOut: { hidden, outputs: outputs + all.length - tasks.length } };
}

function toOutputFiles({ output }: ScoreTask): readonly string[] {
  return OUTPUT_FILES.map((name) => (isRemote(output) ? `${output}/${name}` : join(output, name)));
}

function refuseOutput(output: string, inputs: number): void {
  if (output === '') throw usage('-o is empty: expected a folder, or - for standard output.');
  if (output === STANDARD_OUTPUT && inputs > 1) {
    throw usage(
      `-o - takes one input, there are ${inputs}: their columns may differ, so they can't follow each other. Name a folder.`,
    );
  }
  if (isCsvName(output)) {
    throw usage(
      `-o takes a folder, got ${output}: results are several files. For one, use -o - > ${output}.`,
    );
  }
}

function toOutput(input: ScoreInput, { isSingle }: FoundInputs, output: string | undefined): string {
  if (output === STANDARD_OUTPUT) return STANDARD_OUTPUT;
  if (output === undefined) return input.isPipe ? STANDARD_OUTPUT : toStem(input.uri);
  const root = isRemote(output) ? output.replace(/\/+$/, '') : resolve(output);
  if (isSingle) return root;
  const stem = toStem(input.relative);
  if (isRemote(output)) return `${root}/${stem}`;
  const folder = join(root, stem);
  if (stem.includes('\0') || /^\.\.(?:[\\/]|$)/.test(relative(root, folder))) {
    throw usage(`The results of ${input.name} can't go below ${output}: its name would lead out of it.`);
  }
  return folder;
}

function refuseShared(tasks: readonly ScoreTask[]): void {
  const taken = new Map<string, ScoreInput>();
  for (const { input, output } of tasks) {
    const other = taken.get(output);
    if (other !== undefined && output === STANDARD_OUTPUT) {
      throw usage(`${other.name} and ${input.name} would both go to standard output: name a folder with -o.`);
    }
    if (other !== undefined) {
      throw usage(
        `The results of ${other.name} and ${input.name} would both go to ${shownPath(output)}: name the folder above them, or score one at a time.`,
      );
    }
    taken.set(output, input);
  }
}

/**
 * Reading and replacing one file at once would lose it.
 *
 * @throws ScorerError `USAGE`
 */
export function refuseReplaced(tasks: readonly ScoreTask[]): void {
  const inputs = new Set(tasks.map(({ input }) => input.uri));
  for (const task of tasks) {
    const replaced = toOutputFiles(task).find((file) => inputs.has(file));
    if (replaced !== undefined) {
      throw usage(
        `The results of ${task.input.name} would replace the input ${shownPath(replaced)}: name another folder with -o.`,
      );
    }
  }
}
