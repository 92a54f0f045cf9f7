import type { JobReport } from '../src/batch/job-report.ts';
import type { CommandInput } from './command.ts';
import { shownPath, shownUri } from './shown-path.ts';
import { toOneLine, toTable } from './table.ts';

/** So many digits tell jobs apart where people look at them. */
const ID_DIGITS = 12;

/** A job's id as people see it: its beginning, which commands take. */
export function toShortId({ job }: Pick<JobReport, 'job'>): string {
  return job.slice(0, ID_DIGITS);
}

/** Jobs as a table. */
export function toJobTable(jobs: readonly JobReport[]): string {
  return toTable(
    ['job', 'state', 'rows', 'failed', 'since', 'input'],
    jobs.map((report) => [
      toShortId(report),
      toStateText(report),
      String(report.verdict?.rows?.read ?? ''),
      String(report.verdict?.rows?.failed ?? ''),
      report.verdict?.finished_at ?? report.startedAt ?? '',
      report.input === undefined ? '' : shownUri(report.input.uri),
    ]),
  );
}

function toStateText({ state }: JobReport): string {
  switch (state.state) {
    case 'scoring':
      return `${state.done} of ${state.shards} scored`;
    case 'planned':
      return state.shards === 1 ? 'planned' : `planned, ${state.shards} shards`;
    case 'closing':
      return `closing (${state.verdict})`;
    case 'failed':
      return `failed: ${state.code}`;
    default:
      return state.state;
  }
}

/** A job as scripts read it: one line of JSON. */
export function toJobJson(report: JobReport): string {
  const { job, state, input, model, startedAt, changedMs, parts, output, unseen, verdict } = report;
  const { rows, error, reasons, outputs, finished_at } = verdict ?? {};
  const line = {
    ...{ job, ...state, input, model, rows, error, reasons, output, outputs, parts, unseen },
    started_at: startedAt,
    changed_at: changedMs === undefined ? undefined : new Date(changedMs).toISOString(),
    finished_at,
  };
  return `${JSON.stringify(line)}\n`;
}

/** How a job is told. */
export interface JobTextOptions {
  /** The flags that the command was called with, for the commands that are told. */
  readonly values: CommandInput['values'];
  /** The subscription of dead letters. */
  readonly letters: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** All that is known of a job, and what to do. */
export function toJobText(report: JobReport, options: JobTextOptions): string {
  const lines = toFacts(report, options).map(([name, text]) => `${name.padEnd(9)} ${toOneLine(text)}\n`);
  return `${lines.join('')}\n${toAdvice(report, options.values)}`;
}

function toFacts(
  report: JobReport,
  { values, letters, nowMs }: JobTextOptions,
): readonly (readonly [string, string])[] {
  const { job, state, input, model, startedAt, changedMs, parts, output, unseen, verdict } = report;
  const { rows, error, reasons = [] } = verdict ?? {};
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['job', job],
    ['state', state.state === 'stuck' ? `stuck: ${state.why}` : toStateText(report)],
    ['input', input && `${shownUri(input.uri)}, ${input.size} bytes, generation ${input.generation}`],
    ['model', model && `${model.name} ${model.version} (${model.digest}) of ${shownPath(model.uri)}`],
    ['planned', startedAt],
    ['changed', changedMs === undefined ? undefined : toAgo(changedMs, nowMs)],
    ['unseen', unseen],
    ['ended', verdict?.finished_at],
    ['rows', rows && `${rows.read} read, ${rows.scored} scored, ${rows.failed} failed`],
    ['error', error && `${error.code}: ${error.message}`],
    ...reasons.map(({ line, code, message }) => ['reason', `line ${line}: ${code}: ${message}`] as const),
    ['results', output && shownPath(output)],
    ['parts', parts && shownPath(parts)],
    ['letter', error && `dead-letter-id ${job}: ${toShowCommand(error.code, letters, values)}`],
  ];
  return facts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

function toAgo(thenMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.floor((nowMs - thenMs) / 60_000));
  return `${new Date(thenMs).toISOString()}, ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ago`;
}

/** What to do about a job. */
export function toAdvice(report: JobReport, values: CommandInput['values']): string {
  const resume = `  ${toResumeCommand(report, values)}\n`;
  const { state, verdict, output = '', parts = '' } = report;
  switch (state.state) {
    case 'succeeded':
      return `It is done: predictions.csv and errors.csv are in ${shownPath(output)}.\n`;
    case 'failed':
      return 'Mend what the error says, and drop the file again: that makes a new job.\n';
    case 'superseded':
      return `There is nothing to do: this version of the input was deleted or overwritten, and what took its place has a job of its own. What is in ${shownPath(parts)} may be removed.\n`;
    case 'stuck':
      return state.remedy === 'drop'
        ? `Nothing can go on with it. Drop the file again: that makes a new job. What is in ${shownPath(parts)} may be removed.\n`
        : `Its messages are lost, or wait behind others. This goes on with it, and does no harm if they come:\n${resume}`;
    default:
      return `It goes on by itself${verdict === undefined ? '' : ': its results are final'}. If its messages are lost, this goes on with it:\n${resume}`;
  }
}

/** The command that resumes a job, for where the one that is running was called. */
function toResumeCommand(report: JobReport, values: CommandInput['values']): string {
  const command = `npx scorestream jobs resume ${toShortId(report)}`;
  if (report.version !== undefined) return command + toFlags(values, ['data', 'inbox']);
  return `${command}${toFlags(values, ['data'])} --inbox DIR    # the folder that serve has as its inbox`;
}

function toShowCommand(code: string, subscription: string, values: CommandInput['values']): string {
  return `npx scorestream dead-letters show ${subscription} --code ${code}${toFlags(values, ['data'])}`;
}

function toFlags(values: CommandInput['values'], names: readonly string[]): string {
  return names
    .flatMap((name) => (typeof values[name] === 'string' ? [` --${name} ${toWord(values[name])}`] : []))
    .join('');
}

/** A word as a shell reads it. */
function toWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
