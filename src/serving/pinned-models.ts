import { ScorerError, toScorerError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import type { ModelSource } from '../model/source.ts';
import type { Logger } from '../ports/logger.ts';
import { beforeAbort } from './before-abort.ts';
import { LOAD_MS } from './bounds.ts';
import { createLeasedModel, type LeasedModel } from './leased-model.ts';
import { logLoaded, logLoadFailed, logReleaseFailed } from './model-log.ts';

/** The models that jobs pin and that are not served: one at a time is loaded, the last one asked for stays. */
export interface PinnedModels {
  /**
   * Runs `use` with a pinned model. Requests for one model share its load; a request for another waits until
   * nobody uses the one that is loaded.
   *
   * @throws ScorerError `MODEL_NOT_READY` when the load failed, or `signal` aborted the waiting; what `use` throws
   */
  withModel<T>(pin: Pin, use: (model: Model) => Promise<T>): Promise<T>;
  /** Releases the model that is kept if it is also the one that is served, and nobody uses it. */
  dropSurplus(): void;
}

/** Which model is asked for. */
export interface Pin {
  readonly digest: string;
  readonly manifest: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/** What pinned models need. */
export interface PinnedModelsOptions {
  readonly source: ModelSource;
  readonly logger: Logger;
  /** Whether a model is the one that is served. */
  readonly isServed: (digest: string) => boolean;
}

/** The place for the one pinned model. */
interface Slot {
  readonly digest: string;
  readonly loading: Promise<LeasedModel>;
  /** Requests that use the model or wait for its load. */
  users: number;
}

/** Creates the place for pinned models; it is empty. */
export function createPinnedModels({ source, logger, isServed }: PinnedModelsOptions): PinnedModels {
  let slot: Slot | undefined;
  let change = Promise.withResolvers<void>();
  /** Whoever waits for the slot looks at it again. */
  const announce = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };
  const load = async (manifest: Uint8Array, digest: string): Promise<LeasedModel> => {
    try {
      const loaded = await source.loadPinned(manifest, AbortSignal.timeout(LOAD_MS));
      const { model } = loaded;
      logLoaded(logger, loaded, { pinned: true });
      return createLeasedModel(model, (error) => logReleaseFailed(logger, model.identity, error));
    } catch (error) {
      const reason = toScorerError(error);
      logLoadFailed(logger, reason, digest);
      const message = `The model ${digest} that a job pins could not be loaded: ${reason.message}`;
      throw new ScorerError(message, { code: 'MODEL_NOT_READY', cause: reason });
    }
  };
  const open = ({ digest, manifest }: Pin, before: Promise<void>): Slot => {
    const loading = before.then(() => load(manifest, digest));
    const own: Slot = { digest, loading, users: 0 };
    loading.catch(() => {
      if (slot === own) slot = undefined;
      announce();
    });
    return own;
  };
  /** Takes the slot for one more user. */
  const enter = async (pin: Pin): Promise<Slot> => {
    while (slot !== undefined && slot.digest !== pin.digest && slot.users > 0) {
      await beforeAbort(
        change.promise,
        pin.signal,
        `Other models are in use, so ${pin.digest} isn't loaded.`,
      );
    }
    if (slot?.digest !== pin.digest) {
      slot = open(pin, slot === undefined ? Promise.resolve() : empty(slot));
    }
    slot.users += 1;
    return slot;
  };
  const leave = (left: Slot): void => {
    left.users -= 1;
    dropSurplus();
    if (left.users === 0) announce();
  };
  const dropSurplus = (): void => {
    if (slot === undefined || slot.users > 0 || !isServed(slot.digest)) return;
    void empty(slot);
    slot = undefined;
  };
  return {
    async withModel(pin, use) {
      const entered = await enter(pin);
      try {
        const waitingFor = `The model ${pin.digest} is still being loaded.`;
        const leased = await beforeAbort(entered.loading, pin.signal, waitingFor);
        return await leased.lease(use);
      } finally {
        leave(entered);
      }
    },
    dropSurplus,
  };
}

/** Resolves when the model of a slot that nobody uses is released; it may have to be loaded first. */
function empty({ loading }: Slot): Promise<void> {
  return loading.then(
    (leased) => leased.retire(),
    () => undefined,
  );
}
