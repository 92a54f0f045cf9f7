import { ScorerError } from '../../errors.ts';
import { decodeJob, type Job } from '../job.ts';
import { type ShardMessage, toRootOf } from './message.ts';
import { type ResultNames, toPlanUri, toResultNames, toWorkNames, type WorkNames } from './names.ts';
import { perform, type Steps } from './operation.ts';
import { decodePlan, type Plan } from './plan.ts';

/** A job with a plan: its working objects may be there. */
export interface OpenJob {
  readonly plan: Plan;
  readonly planUri: string;
  /** Which plan it is: only this one may be removed. */
  readonly planGeneration: string;
  readonly names: WorkNames;
  readonly results: ResultNames;
}

/** Joins a plan with the names of its objects. */
export function toOpenJob(root: string, plan: Plan, planGeneration: string): OpenJob {
  return {
    plan,
    planUri: toPlanUri(root),
    planGeneration,
    names: toWorkNames(root, plan.id),
    results: toResultNames(plan.output),
  };
}

/** The job below a folder while it has a plan; undefined when it has none. */
export function* readOpenJob(root: string): Steps<OpenJob | undefined> {
  const stored = yield* perform('read', { uri: toPlanUri(root) });
  return stored && toOpenJob(root, decodePlan(stored.bytes), stored.generation);
}

/** What a shard message arrives at. */
export interface Arrival {
  readonly open: OpenJob;
  /** The verdict, if there is one. */
  readonly job: Job | undefined;
}

/** Looks where a shard message's job stands; undefined when its plan is gone, or another. */
export function* arriveAt(message: ShardMessage): Steps<Arrival | undefined> {
  const open = yield* readOpenJob(toRootOf(message));
  if (open === undefined || open.plan.id !== message.id) return undefined;
  return { open, job: yield* readVerdict(open.results.job, open.plan.job) };
}

/**
 * The verdict on a job; undefined when there is none.
 *
 * @throws ScorerError `OUTPUT_CONFLICT` when the folder holds another job's
 */
export function* readVerdict(uri: string, id: string): Steps<Job | undefined> {
  const stored = yield* perform('read', { uri });
  if (stored === undefined) return undefined;
  const job = decodeJob(stored.bytes);
  if (job.job === id) return job;
  throw new ScorerError(`${uri} is of the job ${job.job}: this job, ${id}, can't have its results there.`, {
    code: 'OUTPUT_CONFLICT',
  });
}

/** @throws ScorerError `INTERNAL` when another version of the code has to go on with a job */
export function assertEngine({ plan }: OpenJob, engine: number): void {
  if (plan.engine === engine) return;
  throw new ScorerError(
    `The job ${plan.job} was planned for engine ${plan.engine}, and this is ${engine}: drop the file again.`,
    { code: 'INTERNAL' },
  );
}
