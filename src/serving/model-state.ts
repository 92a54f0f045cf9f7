import type { ScorerError } from '../errors.ts';
import type { ModelIdentity } from '../model/model.ts';
import type { LoadCost } from '../model/stopwatch.ts';

/** What is known of the model that a process serves. */
export type ModelState =
  | ReadyState
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly reason: ScorerError };

/** A model is served. Times are RFC 3339. */
export interface ReadyState {
  readonly state: 'ready';
  readonly identity: ModelIdentity;
  /** What its load cost. */
  readonly cost: LoadCost;
  /** When this model came to be served. */
  readonly since: string;
  /** When it was last looked for another model. */
  readonly lastLook: string;
  /** Why the model that is there now isn't served, or can't be looked for; absent when all is well. */
  readonly refresh?: { readonly reason: ScorerError; readonly since: string };
}

/** Milliseconds since 1970 as RFC 3339. */
export function toRfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
