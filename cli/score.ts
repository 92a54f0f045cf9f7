import { resolve } from 'node:path';
import { composeStorage } from '../src/compose.ts';
import { composeFileScorer, countFileCpus } from '../src/compose-files.ts';
import type { Config } from '../src/config.ts';
import { type Command, type CommandInput, usage } from './command.ts';
import { type ScoreInput, STANDARD_INPUT, toLeftOutText } from './score-input.ts';
import { findInputs } from './score-inputs.ts';
import { followLinks } from './score-links.ts';
import { toErrorLimit, toWorkers } from './score-options.ts';
import { assignOutputs, refuseReplaced, type ScoreTask, STANDARD_OUTPUT } from './score-outputs.ts';
import { createScoreProgress, type ScoreProgress } from './score-progress.ts';
import { toReportData, toReportUri, writeReport } from './score-report.ts';
import { runTasks, type ScoreOutcome, type ScoreParts } from './score-run.ts';
import { createStandardSinks, hasPipedInput } from './score-streams.ts';
import { toScoreSummary } from './score-summary.ts';
import { startScoreWorkers } from './score-workers.ts';
import { MODEL_FLAG, readSettings } from './settings.ts';
import { isRemote, shownPath } from './shown-path.ts';

/** `scorestream score`: CSV files, here and now. */
export const score: Command = {
  usage:
    'score FILE|DIR|PATTERN|-… [-o DIR|-] [--model DIR|FILE.onnx] [--workers N] [--max-errors N|P%] [--report FILE.html]',
  summary:
    'Scores CSV files, folders of them, or standard input: predictions.csv, errors.csv and job.json in a folder for each, or predictions to standard output.',
  flags: {
    model: MODEL_FLAG,
    output: {
      short: 'o',
      value: 'DIR',
      help: "where results go; - is standard output (default: the file's name less .csv)",
    },
    workers: {
      value: 'N',
      help: 'threads that score a large file side by side (default: one a CPU where the model is slower than reading is)',
    },
    'max-errors': {
      value: 'N|P%',
      help: 'give a file up when more rows fail: a number, or a share (default: when its first 1,000 all do)',
    },
    report: { value: 'FILE', help: 'also write a page about rows, predictions and failures' },
  },
  words: 'any',
  async run({ values, positionals }) {
    const stop = new AbortController();
    process.once('SIGINT', () =>
      stop.abort(
        usage(
          'Stopped: what was not finished has no results yet. The same command goes on from there, where results go into a folder of this machine.',
        ),
      ),
    );
    const config = readSettings(undefined, values['model']);
    const storage = await composeStorage(config);
    const found = await findInputs(positionals, { storage, isPiped: hasPipedInput() }, stop.signal);
    const { output } = values;
    const { tasks, leftOut } = assignOutputs(found, output === undefined ? undefined : String(output));
    refusePipedIntoFolder(tasks);
    refuseReplaced(await followLinks(tasks));
    const reportUri =
      values['report'] === undefined ? undefined : toReportUri(String(values['report']), tasks);
    const errorLimit = toErrorLimit(values['max-errors']);
    const workers = toWorkers(values['workers']);
    const progress = startProgress(tasks);
    const left = toLeftOutText(leftOut);
    if (left !== '') progress.say(`Left out: ${left}.`);
    const scorer = await composeFileScorer(config);
    const [startedAt, startMs] = [new Date().toISOString(), performance.now()];
    const sinks = createStandardSinks(progress.end);
    const outcomes: ScoreOutcome[] = [];
    try {
      const run = {
        ...{ scorer, progress, sinks, errorLimit, signal: stop.signal },
        isTallied: reportUri !== undefined,
        startWorkers: createWorkerStarter(config, scorer, workers),
      };
      for await (const outcome of runTasks(tasks, run)) {
        outcomes.push(outcome);
        tellFailure(outcome, progress);
      }
    } finally {
      progress.end();
    }
    const seconds = (performance.now() - startMs) / 1000;
    if (reportUri !== undefined) {
      const run = { model: scorer.model, options: toOptions(positionals, values), startedAt, seconds };
      await writeReport(
        storage,
        reportUri,
        toReportData(outcomes, { ...run, finishedAt: new Date().toISOString() }),
      );
    }
    return tellEnd(outcomes, seconds, output);
  },
};

/** Below this, starting threads takes longer than they save. */
const MIN_CUT_BYTES = 32 * 1024 * 1024;

/** A model that costs less is faster than its CSV is read: one thread does, in half the memory. */
const MIN_ROW_MS = 0.0015;

/** @param asked threads; undefined for as many as gain something */
function createWorkerStarter(
  config: Config,
  { model: { digest }, rowMs }: ScoreParts['scorer'],
  asked: number | undefined,
): ScoreParts['startWorkers'] {
  return ({ uri, generation, size, tallied }) => {
    const gains = size >= MIN_CUT_BYTES && !isRemote(uri) && rowMs >= MIN_ROW_MS;
    const count = asked ?? (gains ? countFileCpus(config) : 1);
    if (count === 1) return undefined;
    return startScoreWorkers(count, { config, digest, tallied, input: { uri, generation, size } });
  };
}

function refusePipedIntoFolder(tasks: readonly ScoreTask[]): void {
  const piped = tasks.find(({ input, output }) => input.isPipe && output !== STANDARD_OUTPUT);
  if (piped === undefined) return;
  throw usage(
    `The results of ${piped.input.name} go to standard output, alone: write it to a file to score it into a folder.`,
  );
}

/** Standard error has the progress, unless predictions run over the same terminal. */
function startProgress(tasks: readonly ScoreTask[]): ScoreProgress {
  const isShared = process.stdout.isTTY && tasks.some(({ output }) => output === STANDARD_OUTPUT);
  const stream = isShared ? { write: (text: string) => process.stderr.write(text) } : process.stderr;
  const totalBytes = sumSizes(tasks.map(({ input }) => input));
  const extent = { files: tasks.length, ...(totalBytes === undefined ? {} : { totalBytes }) };
  return createScoreProgress(stream, extent, () => performance.now());
}

function sumSizes(inputs: readonly ScoreInput[]): number | undefined {
  let sum = 0;
  for (const { size } of inputs) {
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}

function tellFailure({ task, error, reasons }: ScoreOutcome, progress: ScoreProgress): void {
  if (error === undefined) return;
  progress.say(`${task.input.name} failed as a whole: ${error.message} (${error.code})`);
  for (const { line, message } of reasons) progress.say(`  line ${line}: ${message}`);
}

/** What the command line said, for the report. */
function toOptions(
  words: readonly string[],
  values: CommandInput['values'],
): readonly (readonly [string, string])[] {
  const flags = Object.entries(values).map(([name, value]) => [`--${name}`, String(value)] as const);
  return [['inputs', words.length === 0 ? STANDARD_INPUT : words.join(' ')], ...flags];
}

/** @returns the exit code */
function tellEnd(
  outcomes: readonly ScoreOutcome[],
  seconds: number,
  output: string | boolean | undefined,
): number {
  const sum = (member: 'scored' | 'failed' | 'bytes'): number =>
    outcomes.reduce((total, outcome) => total + outcome[member], 0);
  const failedFiles = outcomes.filter(({ error }) => error !== undefined).length;
  const [first] = outcomes;
  if (outcomes.length === 1 && failedFiles === 1) return 1;
  const summary = {
    ...{ scored: sum('scored'), failed: sum('failed'), bytes: sum('bytes') },
    ...{ files: outcomes.length, failedFiles, seconds },
  };
  if (first?.task.output === STANDARD_OUTPUT) process.stderr.write(`${toScoreSummary(summary)}\n`);
  else {
    const root = output === undefined ? 'beside the inputs' : String(output);
    const where = outcomes.length === 1 ? shownPath(first?.task.output ?? root) : toShown(root, output);
    process.stdout.write(`${toScoreSummary({ ...summary, where })}\n`);
  }
  return failedFiles > 0 ? 1 : 0;
}

function toShown(root: string, output: string | boolean | undefined): string {
  return output === undefined || isRemote(root) ? root : shownPath(resolve(root));
}
