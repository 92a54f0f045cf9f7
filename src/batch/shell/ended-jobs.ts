import type { ObjectInfo } from '../../ports/storage.ts';
import type { Job } from '../job.ts';
import type { JobQuery, JobReport } from '../job-report.ts';
import { toOutputFolder } from '../names.ts';
import { toJobState } from '../protocol/job-state.ts';
import { PARTS_FOLDER } from '../protocol/names.ts';
import { type Look, readVerdict, toPlace, toPlacedFacts } from './job-look.ts';

/** Verdicts that are read at once. */
const READS = 32;

/** So many digits of an id no two jobs share. */
const TELLING_DIGITS = 12;

/** Stands for a generation in the name of an output folder: as long as the longest. */
const SOME_GENERATION = '0'.repeat(19);

/** Jobs with a verdict, the newest first. */
export async function findEnded(
  look: Look,
  query: JobQuery,
): Promise<{ readonly jobs: readonly JobReport[]; readonly leftOut: number }> {
  const verdicts = (await listEnded(look, query)).toSorted((a, b) => (b.updatedMs ?? 0) - (a.updatedMs ?? 0));
  const wanted = 'ended' in query ? verdicts.slice(0, query.ended) : verdicts;
  const jobs: JobReport[] = [];
  for (let at = 0; at < wanted.length; at += READS) {
    const batch = wanted.slice(at, at + READS).map(async ({ uri }) => {
      const verdict = await readVerdict(look.operators, uri);
      return verdict === undefined ? [] : [toEnded(look, verdict, uri.slice(0, uri.lastIndexOf('/')))];
    });
    jobs.push(...(await Promise.all(batch)).flat());
    if (isFound(query, jobs)) break;
  }
  return { jobs, leftOut: verdicts.length - wanted.length };
}

/** Ids stand in the verdicts alone: all are read until the one is found that only one job has. */
function isFound(query: JobQuery, jobs: readonly JobReport[]): boolean {
  if (!('idPrefix' in query) || query.idPrefix.length < TELLING_DIGITS) return false;
  return jobs.some(({ job }) => job.startsWith(query.idPrefix));
}

async function listEnded(look: Look, query: JobQuery): Promise<readonly ObjectInfo[]> {
  const { operators, outputUri } = look;
  const folders = new Set(
    'inputs' in query ? query.inputs.map((each) => toStemFolder(look, each)) : [`${outputUri}/`],
  );
  const lists = await Promise.all([...folders].map((prefix) => operators.list({ kind: 'list', prefix })));
  const parts = `${outputUri}/${PARTS_FOLDER}/`;
  return lists.flat().filter(({ uri }) => uri.endsWith('/job.json') && !uri.startsWith(parts));
}

/** The folder of all results of an input, with a slash at its end. */
function toStemFolder(look: Look, input: string): string {
  const { bucket, name } = toPlace(look, input) ?? { bucket: '', name: input };
  const folder = toOutputFolder(look.outputUri, { bucket, name, generation: SOME_GENERATION });
  return folder.slice(0, -SOME_GENERATION.length);
}

function toEnded(look: Look, verdict: Job, output: string): JobReport {
  const { job, input, model, started_at: startedAt } = verdict;
  const state = toJobState({
    ...{ planUri: '', plan: undefined, job: verdict, objects: [], hasInput: true, hasModel: true },
    ...{ engine: look.engine, nowMs: 0, stuckAfterMs: look.stuckAfterMs },
  });
  return { job, state, ...toPlacedFacts(look, verdict, input, model), output, startedAt, verdict };
}
