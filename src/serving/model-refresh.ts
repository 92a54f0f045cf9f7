import { type ScorerError, toScorerError } from '../errors.ts';
import type { LoadedModel, ModelSource } from '../model/source.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { LOAD_MS, LOOK_MS } from './bounds.ts';
import { logLookFailed, logRefreshFailed } from './model-log.ts';
import { toRfc3339 } from './model-state.ts';

/** Keeps a model that is served up with what is published. */
export interface ModelRefresh {
  /**
   * Looks for another generation, and loads it if there is one. Never rejects: a failure is logged and kept.
   *
   * @param isAskedFor a person asked: what is known to be bad is tried all the same
   */
  look(options: { readonly isAskedFor: boolean }): Promise<void>;
  /** Why what is there now isn't served, or can't be seen; undefined when all is well. */
  failure(): RefreshFailure | undefined;
}

/** What went wrong, and since when (RFC 3339). */
export interface RefreshFailure {
  readonly reason: ScorerError;
  readonly since: string;
}

/** What refreshing needs. */
export interface ModelRefreshOptions {
  readonly source: ModelSource;
  readonly logger: Logger;
  readonly clock: Clock;
  /** A generation that can't be served is tried again after so long, in milliseconds: its files may be mended. */
  readonly retryMs: number;
  /** The generation that is served at first. */
  readonly generation: string;
  /** Takes a model that is to be served from now on. */
  readonly swap: (loaded: LoadedModel) => void;
}

interface BadGeneration extends RefreshFailure {
  readonly generation: string;
  readonly retryAtMs: number;
}

/** Creates the refresh of a model that was just loaded. */
export function createModelRefresh(options: ModelRefreshOptions): ModelRefresh {
  const { source, logger, clock, retryMs, swap } = options;
  let served = options.generation;
  let unseen: RefreshFailure | undefined;
  let bad: BadGeneration | undefined;

  const see = async (): Promise<string | undefined> => {
    try {
      const generation = await source.look(AbortSignal.timeout(LOOK_MS));
      unseen = undefined;
      return generation;
    } catch (error) {
      const reason = toScorerError(error);
      unseen = { reason, since: unseen?.since ?? toRfc3339(clock.nowMs()) };
      logLookFailed(logger, reason);
      return undefined;
    }
  };
  const load = async (seen: string): Promise<void> => {
    try {
      const { generation, ...loaded } = await source.load(AbortSignal.timeout(LOAD_MS));
      served = generation;
      bad = undefined;
      swap(loaded);
    } catch (error) {
      const reason = toScorerError(error);
      const nowMs = clock.nowMs();
      const since = bad?.generation === seen ? bad.since : toRfc3339(nowMs);
      bad = { reason, since, generation: seen, retryAtMs: nowMs + retryMs };
      logRefreshFailed(logger, reason, seen);
    }
  };
  /** Storage that fails may work at the next look; a model that is wrong stays so until something changes. */
  const isKnownBad = (seen: string): boolean =>
    bad?.generation === seen && bad.reason.code === 'MODEL_INVALID' && clock.nowMs() < bad.retryAtMs;

  return {
    async look({ isAskedFor }) {
      const seen = await see();
      if (seen === undefined) return;
      if (seen === served) bad = undefined;
      else if (isAskedFor || !isKnownBad(seen)) await load(seen);
    },
    failure() {
      const failure = bad ?? unseen;
      return failure && { reason: failure.reason, since: failure.since };
    },
  };
}
