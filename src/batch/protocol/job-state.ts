import type { ObjectInfo } from '../../ports/storage.ts';
import type { Job } from '../job.ts';
import { toRootOf } from './message.ts';
import { toWorkNames } from './names.ts';
import type { Plan } from './plan.ts';

/** What is known of a job from outside. */
export interface JobFacts {
  /** The URI of its plan, whether there is one or not. */
  readonly planUri: string;
  /** The plan that is there. */
  readonly plan: Plan | undefined;
  /** The verdict that is there. */
  readonly job: Job | undefined;
  /** The working objects below the job's folder. */
  readonly objects: readonly Pick<ObjectInfo, 'uri'>[];
  /** Whether the planned generation of the input is still there. */
  readonly hasInput: boolean;
  /** Whether the planned model, by its manifest and the files that this pins, can still be loaded. */
  readonly hasModel: boolean;
  /** The version of the engine that is deployed. */
  readonly engine: number;
}

/** Where a job stands. */
export type JobState =
  /** Nobody has planned it: its notification is still to come, or never will. */
  | { readonly state: 'unplanned' }
  /** Planned; no shard is done. */
  | { readonly state: 'planned'; readonly shards: number }
  /** Some shards are done, or all of them and nobody has asked for the finish. */
  | { readonly state: 'scoring'; readonly done: number; readonly shards: number }
  /** All is scored, and is being joined. */
  | { readonly state: 'finishing'; readonly shards: number }
  /** It has its verdict; its working objects are being removed. */
  | { readonly state: 'closing'; readonly verdict: Job['state'] }
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly code: string }
  /** The input was deleted or overwritten before it was scored. */
  | { readonly state: 'superseded' }
  /** No delivery can go on with it. */
  | { readonly state: 'stuck'; readonly why: string };

/** Tells where a job stands. A job that waits for messages which never come looks like one that goes on. */
export function toJobState({ planUri, plan, job, objects, hasInput, hasModel, engine }: JobFacts): JobState {
  if (job !== undefined && plan !== undefined) return { state: 'closing', verdict: job.state };
  if (job?.state === 'succeeded') return { state: 'succeeded' };
  if (job !== undefined) return { state: 'failed', code: job.error?.code ?? 'INTERNAL' };
  if (plan === undefined) return { state: 'unplanned' };
  if (!hasInput) return { state: 'superseded' };
  if (plan.engine !== engine) {
    return stuck(`it was planned for engine ${plan.engine}, and ${engine} is deployed`);
  }
  if (!hasModel) return stuck(`its model ${plan.model.name} (${plan.model.digest}) is gone`);
  const names = toWorkNames(toRootOf({ plan: planUri }), plan.id);
  const { shards } = plan;
  const own = objects.flatMap(({ uri }) => (uri.includes(`/${plan.id}/`) ? [names.within(uri)] : []));
  if (own.includes(names.within(names.asked))) return { state: 'finishing', shards };
  const done = own.filter((name) => name.startsWith(names.within(names.level(0)))).length;
  return done === 0 ? { state: 'planned', shards } : { state: 'scoring', done, shards };
}

function stuck(why: string): JobState {
  return { state: 'stuck', why: `${why}: drop the file again` };
}
