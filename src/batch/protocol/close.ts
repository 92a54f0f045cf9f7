import { toObjectLetter } from '../../encode/dead-letter.ts';
import { encodeJob, type Job } from '../job.ts';
import type { OpenJob } from './open-job.ts';
import { perform, performAll, type Steps } from './operation.ts';
import { checkTime, type Outcome, type Turn, toBatches } from './turn.ts';

/** Removals at once. */
const REMOVALS = 64;

/**
 * Ends a job that has its verdict: tells of a failed one, then removes its working objects. A record goes
 * before its data, and the plan goes last, so a delivery that comes upon the rest goes on with it; what it
 * lists is what is left, so nothing is removed twice.
 */
export function* closeJob(turn: Turn, open: OpenJob, job: Job): Steps<Outcome> {
  const { names, plan, planUri, planGeneration } = open;
  turn.successor ??= { plan: planUri, id: plan.id, shard: 'finish' };
  if (job.state === 'failed') yield* tell(turn, job);
  for (const prefix of [names.asked, names.markers, names.trees, names.errors, names.records, names.data]) {
    yield* removeAll(turn, prefix);
  }
  yield* perform('remove', { uri: planUri, generation: planGeneration });
  return { event: 'closed', job, folder: plan.output };
}

/** Made from the job alone: a delivery that comes again tells the same. */
function* tell(turn: Turn, job: Job): Steps<void> {
  const { code = 'INTERNAL', message = '' } = job.error ?? {};
  const letter = toObjectLetter(encodeJob(job), {
    id: job.job,
    code,
    message,
    topic: turn.settings.objectsTopic,
  });
  yield* perform('letter', { letter });
}

function* removeAll(turn: Turn, prefix: string): Steps<void> {
  const objects = yield* perform('list', { prefix });
  for (const batch of toBatches(turn, objects, REMOVALS)) {
    yield* checkTime(turn);
    const given = batch.map(({ uri }) => ({ uri }));
    const results = yield* performAll('remove', given, REMOVALS);
    if (results.includes('removed')) turn.progressed = true;
  }
}
