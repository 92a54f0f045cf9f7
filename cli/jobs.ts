import type { JobReport } from '../src/batch/job-report.ts';
import { systemClock } from '../src/compose.ts';
import type { Config } from '../src/config.ts';
import { isFullTopicName } from '../src/pubsub-names.ts';
import { type Command, type CommandInput, usage } from './command.ts';
import { findNamed, JOB_FLAGS, type JobTools, openJobs } from './job-query.ts';
import { toJobJson, toJobTable, toJobText } from './job-text.ts';
import { isRemote } from './shown-path.ts';
import { toOneLine } from './table.ts';

/** Jobs that ended, of which the table tells without `--all`. */
const ENDED = 20;

/** `scorestream jobs`: where each CSV object stands. */
export const jobs: Command = {
  usage: 'jobs [JOB|INPUT.csv] [--all] [--json] [--stuck-after MINUTES]',
  summary:
    'Shows where the CSV objects below OUTPUT_URI stand; of one, what to do. JOB is the beginning of its id, INPUT its URI, path or name.',
  flags: {
    all: { help: `all jobs that ended, not the latest ${ENDED}` },
    json: { help: 'one line of JSON a job' },
    ...JOB_FLAGS,
  },
  words: 'any',
  async run({ values, positionals }) {
    if (positionals.length > 1) throw usage('jobs takes one job: scorestream jobs [JOB|INPUT.csv]');
    const tools = await openJobs(values);
    const [word] = positionals;
    if (word !== undefined) {
      const found = await findNamed(word, tools);
      process.stdout.write(toText(found, tools, values, found.length === 1));
      return 0;
    }
    const ended = values['all'] === true ? Number.POSITIVE_INFINITY : ENDED;
    const { jobs: all, leftOut } = await tools.find({ ended }, new AbortController().signal);
    const none = `There is no job below ${tools.config.outputUri}.\n`;
    process.stdout.write(
      all.length === 0 && values['json'] !== true ? none : toText(all, tools, values, false),
    );
    if (values['json'] === true) return 0;
    if (leftOut > 0) process.stdout.write(`${leftOut} more ended: see --all.\n`);
    process.stdout.write(toHint(all));
    process.stderr.write(toUnseen(all));
    return 0;
  },
};

function toText(
  found: readonly JobReport[],
  { config }: JobTools,
  values: CommandInput['values'],
  isOne: boolean,
): string {
  if (values['json'] === true) return found.map(toJobJson).join('');
  if (!isOne) return toJobTable(found);
  const options = { values, letters: toLetters(config), nowMs: systemClock.nowMs() };
  return found.map((report) => toJobText(report, options)).join('');
}

/** The subscription of dead letters as `dead-letters show` takes it; on Pub/Sub nothing here knows its name. */
function toLetters({ deadLettersTopic, outputUri, pubsubEmulatorHost }: Config): string {
  const isUnknown = isRemote(outputUri) && pubsubEmulatorHost === '';
  return isUnknown || isFullTopicName(deadLettersTopic) ? 'SUBSCRIPTION' : deadLettersTopic;
}

function toHint(all: readonly JobReport[]): string {
  const stuck = all.filter(({ state }) => state.state === 'stuck').length;
  if (stuck === 0) return '';
  return stuck === 1
    ? 'One is stuck: scorestream jobs JOB tells why, and what to do.\n'
    : `${stuck} are stuck: scorestream jobs JOB tells why, and what to do.\n`;
}

/** What could not be looked at, once a reason. */
function toUnseen(all: readonly JobReport[]): string {
  const reasons = new Set(all.flatMap(({ unseen }) => (unseen === undefined ? [] : [unseen])));
  return [...reasons].map((reason) => `Not all could be looked at: ${toOneLine(reason)}\n`).join('');
}
