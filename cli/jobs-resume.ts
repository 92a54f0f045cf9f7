import type { JobReport } from '../src/batch/job-report.ts';
import { toNotification } from '../src/batch/object-event.ts';
import { composePublisher, toTopicName } from '../src/compose.ts';
import type { Config } from '../src/config.ts';
import { show } from '../src/errors.ts';
import { isFullTopicName } from '../src/pubsub-names.ts';
import { type Command, usage } from './command.ts';
import { findNamed, JOB_FLAGS, type JobTools, openJobs } from './job-query.ts';
import { toAdvice, toShortId } from './job-text.ts';
import { checkTopic } from './settings.ts';
import { isRemote, shownUri } from './shown-path.ts';

/** `scorestream jobs resume`: goes on with jobs whose messages are lost. */
export const jobsResume: Command = {
  usage: 'jobs resume JOB…|--all [--to TOPIC] [--stuck-after MINUTES]',
  summary:
    'Publishes the notifications of jobs again, which go on with what is not done. --all: of those that are stuck.',
  flags: {
    all: { help: 'all jobs that are stuck' },
    to: { value: 'TOPIC', help: 'publish to this topic (default: OBJECTS_TOPIC)' },
    ...JOB_FLAGS,
  },
  words: 'any',
  async run({ values, positionals }) {
    const isAll = values['all'] === true;
    if (isAll === positionals.length > 0) {
      throw usage('jobs resume takes the jobs to resume, or --all: scorestream jobs resume JOB…|--all');
    }
    const tools = await openJobs(values);
    const wanted = isAll ? await findStuck(tools) : await findEach(positionals, tools);
    if (wanted.length === 0) process.stdout.write('No job is stuck.\n');
    const { config } = tools;
    const publisher = await composePublisher(config);
    let code = 0;
    try {
      for (const report of wanted) {
        const refusal = toRefusal(report);
        if (refusal !== undefined) {
          process.stderr.write(`${toShortId(report)} can't be resumed: ${refusal}`);
          code = 1;
          continue;
        }
        const { version, input } = report;
        if (version === undefined || input === undefined) continue; // refused above
        const topic = toTopic(config, input.uri, values['to']);
        await publisher.publish(topic, [{ data: Buffer.alloc(0), attributes: toNotification(version) }]);
        process.stdout.write(
          `Published the notification of ${shownUri(input.uri)} to ${topic}: ${toShortId(report)} goes on.\n`,
        );
      }
    } finally {
      await publisher.close();
    }
    return code;
  },
};

async function findStuck({ find }: JobTools): Promise<readonly JobReport[]> {
  const { jobs } = await find({ ended: 0 }, new AbortController().signal);
  return jobs.filter(({ state }) => state.state === 'stuck');
}

async function findEach(words: readonly string[], tools: JobTools): Promise<readonly JobReport[]> {
  const wanted = new Map<string, JobReport>();
  for (const word of words) {
    const found = await findNamed(word, tools);
    // of the versions of an input, one at most is not over
    const chosen = found.length === 1 ? found : found.filter((report) => toRefusal(report) === undefined);
    const [report] = chosen;
    if (report === undefined || chosen.length > 1) {
      const ids = (report === undefined ? found : chosen).map(toShortId).join(', ');
      throw usage(`${show(word)} names several jobs: ${ids}. Choose by the id.`);
    }
    wanted.set(report.job, report);
  }
  return [...wanted.values()];
}

/** Why a job can't be resumed, and what to do; undefined when it can. */
function toRefusal(report: JobReport): string | undefined {
  const { state, version } = report;
  const isOver = state.state === 'succeeded' || state.state === 'failed' || state.state === 'superseded';
  if (isOver)
    return `it ${state.state === 'superseded' ? 'is superseded' : state.state}. ${toAdvice(report, {})}`;
  if (state.state === 'stuck' && state.remedy === 'drop') return `${state.why}. ${toAdvice(report, {})}`;
  if (version !== undefined) return undefined;
  return `its input is not in the inbox that is known here: name the one that serve has, with --inbox.\n`;
}

/** @throws ScorerError `USAGE` for a topic on this machine where the input is in Cloud Storage: nothing may read it */
function toTopic(config: Config, inputUri: string, to: string | boolean | undefined): string {
  const named = to === undefined ? config.objectsTopic : String(to);
  checkTopic(named, config);
  const topic = toTopicName(config, named);
  if (to !== undefined || isFullTopicName(topic) || !isRemote(inputUri)) return topic;
  throw usage(
    `OBJECTS_TOPIC is ${show(named)}, a topic of this machine, and ${inputUri} is in Cloud Storage: expected projects/PROJECT/topics/NAME, in OBJECTS_TOPIC or by --to.`,
  );
}
