import { ScorerError } from '../../errors.ts';
import type { ObjectInfo } from '../../ports/storage.ts';
import type { JobObject } from '../job.ts';
import type { FindJobs, JobQuery, JobReport } from '../job-report.ts';
import { type JobState, toJobState, toLastChange } from '../protocol/job-state.ts';
import { toPlanUri, toResultNames, toRoot } from '../protocol/names.ts';
import { decodePlan, type Plan } from '../protocol/plan.ts';
import { findEnded } from './ended-jobs.ts';
import { createModelCheck } from './has-model.ts';
import { type FindJobsParts, type Look, orFault, readVerdict, toPlacedFacts } from './job-look.ts';
import { createStorageOperators, type StorageOperators } from './storage-operators.ts';

/** Creates a {@link FindJobs}. */
export function createFindJobs(parts: FindJobsParts): FindJobs {
  return async (query, signal) => {
    const { storage, maxModelBytes } = parts;
    const operators = createStorageOperators(storage, signal);
    const look: Look = {
      ...parts,
      operators,
      hasModel: createModelCheck(storage, maxModelBytes, signal),
    };
    const isWanted = toFilter(query);
    const open = (await findOpen(look, query)).filter(isWanted);
    const { jobs, leftOut } = await findEnded(look, query);
    const known = new Set(open.map(({ job }) => job)); // one that is closing is both
    return { jobs: [...open, ...jobs.filter(({ job }) => !known.has(job)).filter(isWanted)], leftOut };
  };
}

function toFilter(query: JobQuery): (report: JobReport) => boolean {
  if ('idPrefix' in query) return ({ job }) => job.startsWith(query.idPrefix);
  if (!('inputs' in query)) return () => true;
  return ({ input, version }) => query.inputs.some((each) => each === input?.uri || each === version?.name);
}

/** Jobs with a plan. What lies among the working objects without one is what a late delivery left. */
async function findOpen(look: Look, query: JobQuery): Promise<readonly JobReport[]> {
  const { operators, outputUri } = look;
  const folder = toRoot(outputUri, '');
  const prefix = 'idPrefix' in query ? folder + query.idPrefix : folder;
  const groups = new Map<string, ObjectInfo[]>();
  for (const object of await operators.list({ kind: 'list', prefix })) {
    const [job = ''] = object.uri.slice(folder.length).split('/', 1);
    const group = groups.get(job);
    if (group === undefined) groups.set(job, [object]);
    else group.push(object);
  }
  const reports: JobReport[] = [];
  for (const [job, objects] of groups) {
    const planUri = toPlanUri(toRoot(outputUri, job));
    if (!objects.some(({ uri }) => uri === planUri)) continue;
    const report = await lookAtOpen(look, job, planUri, objects);
    if (report !== undefined) reports.push(report);
  }
  return reports;
}

/** @returns undefined when it ended meanwhile */
async function lookAtOpen(
  look: Look,
  job: string,
  planUri: string,
  objects: readonly ObjectInfo[],
): Promise<JobReport | undefined> {
  const { operators, engine, stuckAfterMs, clock, hasModel } = look;
  const stored = await operators.read({ kind: 'read', uri: planUri });
  if (stored === undefined) return undefined;
  const changedMs = toLastChange(objects);
  const common = {
    job,
    parts: toRoot(look.outputUri, job),
    ...(changedMs === undefined ? {} : { changedMs }),
  };
  const plan = orFault(() => decodePlan(stored.bytes));
  if (plan instanceof ScorerError) {
    const state: JobState = {
      state: 'stuck',
      why: `its plan can't be read: ${plan.message}`,
      remedy: 'drop',
    };
    return { ...common, state };
  }
  const verdict = await readVerdict(operators, toResultNames(plan.output).job, job);
  const input = await orUnseen(() => hasInput(operators, plan.input));
  const model = await orUnseen(async () => isElsewhere(look, plan) || (await hasModel(plan.model)));
  const state = toJobState({
    ...{ planUri, plan, objects, engine, stuckAfterMs },
    job: verdict,
    hasInput: input.isThere,
    hasModel: model.isThere,
    nowMs: clock.nowMs(),
  });
  return {
    ...common,
    ...toPlacedFacts(look, plan, plan.input, plan.model),
    output: plan.output,
    startedAt: plan.started_at,
    state,
    ...input.unseen,
    ...model.unseen,
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/** As a delivery takes it: where the bucket does not answer, nothing can be said of the object. */
async function hasInput(operators: StorageOperators, { uri, generation }: JobObject): Promise<boolean> {
  if ((await operators.stat({ kind: 'stat', uri, generation })) !== undefined) return true;
  if (await operators.answers({ kind: 'answers', uri })) return false;
  throw new ScorerError(`The bucket of ${uri} does not answer.`, { code: 'STORAGE_FAILED' });
}

interface Seen {
  readonly isThere: boolean;
  readonly unseen?: Pick<JobReport, 'unseen'>;
}

/** What can't be looked at, for want of a role or of its bucket, hides no other job. */
async function orUnseen(isThere: () => Promise<boolean>): Promise<Seen> {
  try {
    return { isThere: await isThere() };
  } catch (error) {
    if (!(error instanceof ScorerError) || error.code !== 'STORAGE_FAILED') throw error;
    return { isThere: true, unseen: { unseen: error.message } };
  }
}

/** A model's path on a machine in the cloud says nothing here. */
function isElsewhere({ outputUri }: Look, { model }: Plan): boolean {
  return outputUri.startsWith('gs://') && !model.uri.startsWith('gs://');
}
