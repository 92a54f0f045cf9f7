import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FindJobs, JobQuery, JobReport } from '../src/batch/job-report.ts';
import { composeJobs } from '../src/compose.ts';
import type { Config } from '../src/config.ts';
import { show } from '../src/errors.ts';
import { nearest } from '../src/nearest.ts';
import { type CommandInput, type Flag, usage } from './command.ts';
import { readSettings } from './settings.ts';

/** Half an hour: three times the longest pause between two deliveries. */
const STUCK_AFTER_MINUTES = 30;

/** The flags that all commands for jobs take. */
export const JOB_FLAGS = {
  'stuck-after': {
    value: 'MINUTES',
    help: `how long nothing may change until a job counts as stuck (default: ${STUCK_AFTER_MINUTES})`,
  },
  data: { value: 'DIR', help: 'the data folder of serve (default: .scorestream)' },
  inbox: { value: 'DIR', help: 'the inbox of serve (default: inbox)' },
} as const satisfies Readonly<Record<string, Flag>>;

/** What the commands for jobs work with. */
export interface JobTools {
  readonly config: Config;
  readonly find: FindJobs;
}

/** @throws ScorerError `USAGE` */
export async function openJobs(values: CommandInput['values']): Promise<JobTools> {
  const settings = readSettings(values['data']);
  const { inbox } = values;
  const config = typeof inbox === 'string' ? { ...settings, inboxDir: resolve(inbox) } : settings;
  return { config, find: await composeJobs(config, toStuckAfterMs(values['stuck-after'])) };
}

function toStuckAfterMs(text: string | boolean | undefined): number {
  const minutes = text === undefined ? STUCK_AFTER_MINUTES : toMinutes(text);
  if (Number.isNaN(minutes)) {
    throw usage(`--stuck-after is ${show(text)}: expected a number of minutes, from 0.`);
  }
  return minutes * 60_000;
}

function toMinutes(text: string | boolean): number {
  return typeof text === 'string' && /^\d{1,9}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/**
 * The jobs that a word names, at least one.
 *
 * @param word the beginning of an id, or an input: its URI, its path, or its object's name
 * @throws ScorerError `USAGE` when it names none
 */
export async function findNamed(word: string, { config, find }: JobTools): Promise<readonly JobReport[]> {
  const { jobs } = await find(toQuery(word), new AbortController().signal);
  if (jobs.length > 0) return jobs;
  throw usage(
    `There is no job ${show(word)} below ${config.outputUri}: an input has one once its notification was delivered.`,
  );
}

function toQuery(word: string): JobQuery {
  if (/^[0-9a-f]{1,32}$/.test(word)) return { idPrefix: word };
  if (/\.csv(\.gz)?$/i.test(word)) return { inputs: [word, pathToFileURL(resolve(word)).href] };
  const hint = nearest(word, ['resume']) === undefined ? '' : ' Did you mean jobs resume?';
  throw usage(
    `${show(word)} names no job: expected the beginning of its id, or its input, which ends in .csv or .csv.gz.${hint}`,
  );
}
