import { ScorerError, toScorerError } from '../errors.ts';
import type { Model, ModelIdentity } from '../model/model.ts';
import type { Logger } from '../ports/logger.ts';

/** What is known of the model that a process serves. */
export type ModelState =
  | { readonly state: 'ready'; readonly identity: ModelIdentity }
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly reason: ScorerError };

/** How to wait for a model. */
export interface UseOptions {
  /** Ends the waiting for a model, not the use of it. */
  readonly signal?: AbortSignal;
}

/** The model of a process: loaded once, shared by every request. */
export interface Scorer {
  /**
   * Runs `use` with the model that is served; the model stays loaded until `use` settles. One request is
   * one call: what it makes comes from one model. The first callers share one load; a failed load is
   * forgotten, so that the next caller tries again.
   *
   * @throws ScorerError `MODEL_NOT_READY`, with the load's failure as its cause, when the load failed or did not
   * end before `signal` aborted; and what `use` throws
   */
  withModel<T>(use: (model: Model) => Promise<T>, options?: UseOptions): Promise<T>;
  /** What is known now, without waiting. */
  state(): ModelState;
}

/** Creates the scorer around a function that loads its model. */
export function createScorer(load: () => Promise<Model>, logger: Logger): Scorer {
  let loading: Promise<Model> | undefined;
  let current: ModelState = { state: 'loading' };
  const start = async (): Promise<Model> => {
    if (current.state !== 'failed') current = { state: 'loading' };
    try {
      const model = await load();
      current = { state: 'ready', identity: model.identity };
      logger.log('INFO', 'MODEL_LOADED', `Serving ${model.identity.name} ${model.identity.version}.`, {
        model: model.identity,
      });
      return model;
    } catch (error) {
      const reason = toScorerError(error);
      current = { state: 'failed', reason };
      loading = undefined;
      logger.log('ERROR', 'MODEL_LOAD_FAILED', reason.message, {
        code: reason.code,
        cause: String(reason.cause ?? ''),
      });
      throw new ScorerError(`The model could not be loaded: ${reason.message}`, {
        code: 'MODEL_NOT_READY',
        cause: reason,
      });
    }
  };
  return {
    async withModel(use, { signal } = {}) {
      loading ??= start();
      const isReady = signal === undefined || current.state === 'ready';
      return use(await (isReady ? loading : beforeAbort(loading, signal)));
    },
    state: () => current,
  };
}

/** Waits until a signal aborts; leaves no listener behind, since a signal may outlive many loads. */
async function beforeAbort(loading: Promise<Model>, signal: AbortSignal): Promise<Model> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = (): void =>
    reject(
      new ScorerError('The model is still being loaded.', { code: 'MODEL_NOT_READY', cause: signal.reason }),
    );
  if (signal.aborted) late();
  signal.addEventListener('abort', late);
  try {
    return await Promise.race([loading, promise]);
  } finally {
    signal.removeEventListener('abort', late);
  }
}
