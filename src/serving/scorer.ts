import { toDigest } from '../model/files.ts';
import type { Model } from '../model/model.ts';
import type { ModelSource } from '../model/source.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { createCurrentModel } from './current-model.ts';
import type { ModelState } from './model-state.ts';
import { createPinnedModels } from './pinned-models.ts';

/** Which model to use, and how long to wait for it. */
export interface UseOptions {
  /** Ends the waiting for a model, not the use of it. */
  readonly signal?: AbortSignal;
  /** The bytes of a manifest, to use the model that it pins. @default the model that is served */
  readonly manifest?: Uint8Array;
}

/** The models of a process: the one that is served, which may be replaced, and one more that jobs pin. */
export interface Scorer {
  /**
   * Runs `use` with a model, which stays loaded until `use` settles. One request is one call: all that it
   * makes comes from one model, whatever is published meanwhile. The first callers share one load; a failed
   * load is forgotten, so that the next caller tries again.
   *
   * @throws ScorerError `MODEL_NOT_READY`, with the load's failure as its cause, when the load failed or did not
   * end before `signal` aborted, or when other models stayed in use so long; and what `use` throws
   */
  withModel<T>(use: (model: Model) => Promise<T>, options?: UseOptions): Promise<T>;
  /**
   * Looks for another model now, and serves it if it passes. Never rejects: `state` tells what came of it.
   */
  refresh(): Promise<void>;
  /** True once a model is served: `withModel` then waits for nothing. */
  isReady(): boolean;
  /** What is known now, without waiting. */
  state(): ModelState;
}

/** What a {@link Scorer} needs. */
export interface ScorerOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** How often requests make it look for another model, in milliseconds; 0 for never. */
  readonly refreshMs: number;
}

/** Creates the scorer over a source of models; nothing is loaded before it is asked for. */
export function createScorer(source: ModelSource, options: ScorerOptions): Scorer {
  const current = createCurrentModel({ ...options, source, onSwap: () => pinned.dropSurplus() });
  const pinned = createPinnedModels({
    source,
    logger: options.logger,
    isServed: (digest) => current.served()?.model.identity.digest === digest,
  });
  return {
    withModel(use, { signal, manifest } = {}) {
      if (manifest === undefined) return current.withModel(use, signal);
      current.touch();
      const digest = toDigest(manifest);
      const served = current.served();
      if (served?.model.identity.digest === digest) return served.lease(use);
      return pinned.withModel({ digest, manifest, signal }, use);
    },
    refresh: () => current.refresh(),
    isReady: () => current.served() !== undefined,
    state: () => current.state(),
  };
}
