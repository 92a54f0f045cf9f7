import { ScorerError } from '../../errors.ts';
import { encodeJob, type Job, type JobObject, type JobRows } from '../job.ts';
import { closeJob } from './close.ts';
import { type OpenJob, readVerdict } from './open-job.ts';
import { type Judgement, perform, type Steps } from './operation.ts';
import type { Outcome, Turn } from './turn.ts';

/** What a job that succeeded came to. */
export interface Success {
  readonly input: JobObject;
  readonly rows: JobRows;
  readonly outputs: NonNullable<Job['outputs']>;
}

/** Decides that a job succeeded, and ends it by the verdict that was first. */
export function* succeed(turn: Turn, open: OpenJob, success: Success): Steps<Outcome> {
  return yield* decide(turn, open, { state: 'succeeded', ...success });
}

/** Decides that a job failed as a whole, and ends it by the verdict that was first. */
export function* fail(turn: Turn, open: OpenJob, { code, message, reasons }: Judgement): Steps<Outcome> {
  return yield* decide(turn, open, {
    state: 'failed',
    error: { code, message },
    ...(reasons === undefined ? {} : { reasons }),
    input: open.plan.input,
  });
}

type Verdict = Omit<Job, 'format' | 'job' | 'model' | 'started_at' | 'finished_at'>;

function* decide(turn: Turn, open: OpenJob, verdict: Verdict): Steps<Outcome> {
  const { plan, results } = open;
  const { uri, name, version, digest } = plan.model;
  const job: Job = {
    format: 1,
    job: plan.job,
    model: { uri, name, version, digest },
    ...verdict,
    started_at: plan.started_at,
    finished_at: yield* perform('now', {}),
  };
  const bytes = encodeJob(job);
  const result = yield* perform('create', { uri: results.job, bytes, contentType: 'application/json' });
  if (result.written) turn.progressed = true;
  const first = result.written ? job : yield* readVerdict(results.job, plan.job);
  if (first !== undefined) return yield* closeJob(turn, open, first);
  throw new ScorerError(`${results.job} vanished while it was written.`, { code: 'STORAGE_FAILED' });
}
