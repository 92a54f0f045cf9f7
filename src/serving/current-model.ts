import { ScorerError, toScorerError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import type { LoadedModel, ModelSource } from '../model/source.ts';
import type { LoadCost } from '../model/stopwatch.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { beforeAbort } from './before-abort.ts';
import { LOAD_MS } from './bounds.ts';
import { createLeasedModel, type LeasedModel } from './leased-model.ts';
import { createLookSchedule, type LookSchedule } from './look-schedule.ts';
import { logLoaded, logLoadFailed, logReleaseFailed } from './model-log.ts';
import { createModelRefresh, type ModelRefresh } from './model-refresh.ts';
import { type ModelState, toRfc3339 } from './model-state.ts';

/** The model that is served to whoever pins none. */
export interface CurrentModel {
  /** The one that is served now; undefined before a load has succeeded. */
  served(): LeasedModel | undefined;
  /**
   * Serves a request, which thereby is noted: waits for the first load, and for a look that is long overdue.
   *
   * @throws ScorerError `MODEL_NOT_READY`, with the load's failure as its cause; what `use` throws
   */
  withModel<T>(use: (model: Model) => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Notes a request that another model serves. */
  touch(): void;
  /** Looks for another model now, or loads the first. Never rejects: `state` tells what came of it. */
  refresh(): Promise<void>;
  state(): ModelState;
}

/** What the life of the current model needs. */
export interface CurrentModelOptions {
  readonly source: ModelSource;
  readonly logger: Logger;
  readonly clock: Clock;
  /** How often to look for another model, in milliseconds; 0 for never. */
  readonly refreshMs: number;
  /** Called when another model has come to be served. */
  readonly onSwap: () => void;
}

interface Serving {
  leased: LeasedModel;
  cost: LoadCost;
  since: string;
  readonly refresh: ModelRefresh;
  readonly schedule: LookSchedule;
}

/** A generation that can't be served is tried again after so many periods. */
const RETRY_PERIODS = 10;

/** The model is read in the turn that leases it: a swap can't come between. */
async function waitForLook<T>(
  now: Serving,
  overdue: Promise<void>,
  use: (model: Model) => Promise<T>,
): Promise<T> {
  await overdue;
  return now.leased.lease(use);
}

/** Creates the current model; nothing is loaded before it is asked for. */
export function createCurrentModel(options: CurrentModelOptions): CurrentModel {
  const { source, logger, clock, refreshMs } = options;
  let serving: Serving | undefined;
  let first: Promise<void> | undefined;
  let failure: ScorerError | undefined;

  const toLeased = ({ model }: LoadedModel): LeasedModel =>
    createLeasedModel(model, (error) => logReleaseFailed(logger, model.identity, error));

  const serve = (loaded: LoadedModel, generation: string, startMs: number): Serving => {
    const refresh = createModelRefresh({
      source,
      logger,
      clock,
      generation,
      retryMs: RETRY_PERIODS * refreshMs,
      swap: (next) => swap(now, next),
    });
    const schedule = createLookSchedule({ clock, periodMs: refreshMs, lastMs: startMs, look: refresh.look });
    const now: Serving = {
      ...{ leased: toLeased(loaded), cost: loaded.cost, since: toRfc3339(clock.nowMs()) },
      ...{ refresh, schedule },
    };
    return now;
  };
  const swap = (now: Serving, loaded: LoadedModel): void => {
    const before = now.leased;
    now.leased = toLeased(loaded);
    now.cost = loaded.cost;
    now.since = toRfc3339(clock.nowMs());
    logLoaded(logger, loaded, { replaces: before.model.identity });
    void before.retire();
    options.onSwap();
  };
  const loadOnce = async (): Promise<void> => {
    const startMs = clock.nowMs();
    try {
      const { generation, ...loaded } = await source.load(AbortSignal.timeout(LOAD_MS));
      serving = serve(loaded, generation, startMs);
      logLoaded(logger, loaded);
    } catch (error) {
      failure = toScorerError(error);
      first = undefined;
      logLoadFailed(logger, failure);
      throw new ScorerError(`The model could not be loaded: ${failure.message}`, {
        code: 'MODEL_NOT_READY',
        cause: failure,
      });
    }
  };
  const ready = async (signal: AbortSignal | undefined): Promise<Serving> => {
    first ??= loadOnce();
    await beforeAbort(first, signal, 'The model is still being loaded.');
    if (serving === undefined) throw new ScorerError('A load left no model.', { code: 'INTERNAL' });
    return serving;
  };

  const waitForModel: CurrentModel['withModel'] = async (use, signal) => {
    const now = await ready(signal);
    const overdue = now.schedule.touch();
    return overdue === undefined ? now.leased.lease(use) : waitForLook(now, overdue, use);
  };

  return {
    served: () => serving?.leased,
    withModel(use, signal) {
      // most requests wait for nothing, and cost one promise less
      if (serving === undefined) return waitForModel(use, signal);
      const overdue = serving.schedule.touch();
      return overdue === undefined ? serving.leased.lease(use) : waitForLook(serving, overdue, use);
    },
    touch() {
      void serving?.schedule.touch();
    },
    async refresh() {
      if (serving === undefined) await ready(undefined).catch(() => undefined);
      else await serving.schedule.now();
    },
    state() {
      if (serving === undefined) return failure ? { state: 'failed', reason: failure } : { state: 'loading' };
      const { leased, cost, since, refresh, schedule } = serving;
      const trouble = refresh.failure();
      const lastLook = toRfc3339(schedule.lastMs());
      const known = { state: 'ready' as const, identity: leased.model.identity, cost, since, lastLook };
      return trouble === undefined ? known : { ...known, refresh: trouble };
    },
  };
}
