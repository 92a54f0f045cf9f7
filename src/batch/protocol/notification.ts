import { ScorerError, show } from '../../errors.ts';
import { toJobObject } from '../job.ts';
import { type ObjectVersion, toJobId, toOutputFolder } from '../names.ts';
import { closeJob } from './close.ts';
import { finishJob } from './finish.ts';
import type { ShardMessage } from './message.ts';
import { PARTS_FOLDER, toPlanUri, toResultNames, toRoot } from './names.ts';
import { assertEngine, type OpenJob, readOpenJob, readVerdict } from './open-job.ts';
import { perform, type Steps } from './operation.ts';
import { countShards, encodePlan, isHead, type Plan } from './plan.ts';
import { checkTime, inputGone, type Outcome, type Turn, takeTurn, workGone } from './turn.ts';
import { fail } from './verdict.ts';

/** Messages of one publish. https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_MESSAGES = 1000;

/** A notified version of an object, and what a plan of it would be called. */
export interface Notified {
  readonly version: ObjectVersion;
  /** The object's URI. */
  readonly uri: string;
  /** 16 random hex digits, fresh for each delivery. */
  readonly planId: string;
}

/**
 * Plans the job of an object's version, or resumes it: publishes each of its shards that is not done, so a
 * notification that is published again resumes a job that is stuck, wherever it is. A small or compressed
 * object is scored at once.
 *
 * @throws ScorerError, retryable, when the notification must come again
 */
export function* scoreNotified(turn: Turn, notified: Notified): Steps<Outcome> {
  const { version } = notified;
  const id = toJobId(version);
  const root = toRoot(turn.settings.outputUri, id);
  const { job: jobUri } = toResultNames(toOutputFolder(turn.settings.outputUri, version));
  const verdict = () => readVerdict(jobUri, id);
  return yield* takeTurn(turn, function* () {
    assertPlace(version);
    turn.successor = undefined; // one that was set before is of a plan that is gone
    const open = yield* readOpenJob(root);
    const job = yield* verdict();
    if (open !== undefined) return yield* job === undefined ? goOn(turn, open) : closeJob(turn, open, job);
    if (job !== undefined) return { event: 'nothing' };
    const planned = yield* createPlan(turn, notified, id, root);
    // another delivery may have ended the job, and removed its plan, since this one looked
    const late = yield* verdict();
    return yield* late === undefined ? goOn(turn, planned) : closeJob(turn, planned, late);
  });
}

/** The results of such an object would lie among the working objects of jobs. */
function assertPlace({ name }: ObjectVersion): void {
  if (!name.startsWith(`${PARTS_FOLDER}/`)) return;
  throw new ScorerError(
    `The object ${show(name)} can't be scored: ${PARTS_FOLDER}/ is kept for jobs' parts.`,
    {
      code: 'OUTPUT_CONFLICT',
    },
  );
}

function* createPlan(
  turn: Turn,
  { version, uri, planId }: Notified,
  id: string,
  root: string,
): Steps<OpenJob> {
  const { settings } = turn;
  const input = yield* perform('stat', { uri, generation: version.generation });
  if (input === undefined) throw inputGone(uri);
  const head = yield* perform('head', { input });
  if (head === 'gone') throw inputGone(uri);
  const gzip = !isHead(head) || head.gzip;
  const shardBytes = gzip
    ? settings.shardBytes
    : yield* perform('shardBytes', { limit: settings.shardBytes });
  const plan: Plan = {
    format: 1,
    id: planId,
    job: id,
    input: toJobObject(input),
    output: toOutputFolder(settings.outputUri, version),
    engine: settings.engine,
    model: yield* perform('model', {}),
    head,
    options: settings.engineOptions,
    ...(settings.maxFailedRatio === undefined ? {} : { max_failed_ratio: settings.maxFailedRatio }),
    shard_bytes: shardBytes,
    shards: countShards({ gzip, size: input.size, shardBytes }),
    started_at: yield* perform('now', {}),
  };
  const planUri = toPlanUri(root);
  const bytes = encodePlan(plan);
  const result = yield* perform('create', { uri: planUri, bytes, contentType: 'application/json' });
  if (result.written) turn.progressed = true;
  // who was first has decided: a plan is read back, so that all go by the same bytes
  const open = yield* readOpenJob(root);
  if (open === undefined) throw workGone(planUri);
  return open;
}

function* goOn(turn: Turn, open: OpenJob): Steps<Outcome> {
  const { plan } = open;
  if (!isHead(plan.head)) return yield* fail(turn, open, plan.head);
  assertEngine(open, turn.settings.engine);
  const judgement = yield* perform('judge', { plan });
  if (judgement === 'gone') throw inputGone(plan.input.uri);
  if (judgement !== undefined) return yield* fail(turn, open, judgement);
  return yield* plan.shards === 1 ? finishJob(turn, open) : publishShards(turn, open);
}

function* publishShards(turn: Turn, { plan, planUri, names }: OpenJob): Steps<Outcome> {
  const { id } = plan;
  const done = new Set(
    (yield* perform('list', { prefix: names.level(0) })).map(({ uri }) => names.within(uri)),
  );
  const indexes = Array.from({ length: plan.shards }, (_, index) => index);
  const open = indexes.filter((index) => !done.has(names.within(names.marker(0, index))));
  const messages: readonly ShardMessage[] =
    open.length === 0
      ? [{ plan: planUri, id, shard: 'finish' }]
      : open.map((shard) => ({ plan: planUri, id, shard }));
  for (let at = 0; at < messages.length; at += MAX_MESSAGES) {
    yield* checkTime(turn);
    yield* perform('publish', { messages: messages.slice(at, at + MAX_MESSAGES) });
  }
  return { event: 'planned', job: plan.job, uri: plan.input.uri, shards: open.length };
}
