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
  /** The working objects below the job's folder, its plan among them. */
  readonly objects: readonly Pick<ObjectInfo, 'uri' | 'updatedMs'>[];
  /** Whether the planned generation of the input is still there. */
  readonly hasInput: boolean;
  /** Whether the planned model, by its manifest and the files that this pins, can still be loaded. */
  readonly hasModel: boolean;
  /** The version of the engine that is deployed. */
  readonly engine: number;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** A job that goes on changes its working objects within so long. */
  readonly stuckAfterMs: number;
}

/** Where a job stands. */
export type JobState =
  /** Nobody has planned it: its notification is still to come, or never will. */
  | { readonly state: 'unplanned' }
  | OpenState
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly code: string }
  /** The input was deleted or overwritten before it was scored. */
  | { readonly state: 'superseded' }
  /** It does not go on by itself. */
  | { readonly state: 'stuck'; readonly why: string; readonly remedy: Remedy };

/** Where a job stands that goes on. */
type OpenState =
  /** Planned; no shard is done. */
  | { readonly state: 'planned'; readonly shards: number }
  /** Some shards are done, or all of them and nobody has asked for the finish. */
  | { readonly state: 'scoring'; readonly done: number; readonly shards: number }
  /** All is scored, and is being joined. */
  | { readonly state: 'finishing'; readonly shards: number }
  /** It has its verdict; its working objects are being removed. */
  | { readonly state: 'closing'; readonly verdict: Job['state'] };

/** What helps a stuck job: its notification published again; or, where no delivery can go on with it, the file dropped again. */
export type Remedy = 'resume' | 'drop';

/**
 * Tells where a job stands. That its messages are lost can't be seen: a job that has not changed for long counts
 * as stuck, though it may only wait behind others.
 */
export function toJobState(facts: JobFacts): JobState {
  const { plan, job, hasInput, hasModel, engine } = facts;
  if (plan === undefined) {
    if (job === undefined) return { state: 'unplanned' };
    return job.state === 'succeeded'
      ? { state: 'succeeded' }
      : { state: 'failed', code: job.error?.code ?? 'INTERNAL' };
  }
  if (job !== undefined) return unlessQuiet(facts, { state: 'closing', verdict: job.state });
  if (!hasInput) return { state: 'superseded' };
  if (plan.engine !== engine) {
    return beyondHelp(`it was planned for engine ${plan.engine}, and this is ${engine}`);
  }
  if (!hasModel) return beyondHelp(`its model ${plan.model.name} (${plan.model.digest}) is gone`);
  return unlessQuiet(facts, toOpenState(facts, plan));
}

function toOpenState({ planUri, objects }: JobFacts, plan: Plan): OpenState {
  const names = toWorkNames(toRootOf({ plan: planUri }), plan.id);
  const { shards } = plan;
  const own = objects.flatMap(({ uri }) => (uri.includes(`/${plan.id}/`) ? [names.within(uri)] : []));
  if (own.includes(names.within(names.asked))) return { state: 'finishing', shards };
  const done = own.filter((name) => name.startsWith(names.within(names.level(0)))).length;
  return done === 0 ? { state: 'planned', shards } : { state: 'scoring', done, shards };
}

function unlessQuiet({ objects, nowMs, stuckAfterMs }: JobFacts, state: OpenState): JobState {
  const changedMs = toLastChange(objects);
  if (changedMs === undefined || nowMs - changedMs < stuckAfterMs) return state;
  return { state: 'stuck', why: `nothing has changed ${toReach(state)}`, remedy: 'resume' };
}

/** How far a job has come, in words. */
function toReach(state: OpenState): string {
  switch (state.state) {
    case 'planned':
      return `since it was planned`;
    case 'scoring':
      return `since ${state.done} of ${state.shards} were scored`;
    case 'finishing':
      return 'since its finish was asked for';
    case 'closing':
      return `since it ${state.verdict}, and its working objects are still there`;
  }
}

/** When the newest of some objects was written, in milliseconds since 1970; undefined where none says it. */
export function toLastChange(objects: JobFacts['objects']): number | undefined {
  return objects.reduce<number | undefined>(
    (last, { updatedMs }) =>
      last === undefined || (updatedMs !== undefined && updatedMs > last) ? updatedMs : last,
    undefined,
  );
}

function beyondHelp(why: string): JobState {
  return { state: 'stuck', why, remedy: 'drop' };
}
