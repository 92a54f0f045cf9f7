import { ScorerError } from '../errors.ts';
import type { Model } from '../model/model.ts';

/** A loaded model that is released once nothing uses it any more. */
export interface LeasedModel {
  readonly model: Model;
  /** Runs `use` with the model, which is not released before `use` settles. */
  lease<T>(use: (model: Model) => Promise<T>): Promise<T>;
  /** Gives out no more leases, and resolves when the model is released: after the last lease, once. */
  retire(): Promise<void>;
}

/**
 * Takes over a model.
 *
 * @param onReleaseFailed is told when the model could not be released; nobody waits for that
 */
export function createLeasedModel(model: Model, onReleaseFailed: (error: unknown) => void): LeasedModel {
  let leases = 0;
  let isRetired = false;
  const released = Promise.withResolvers<void>();
  const release = (): void => {
    // a rejection and a throw are the same here
    void (async () => model.release())().catch(onReleaseFailed).then(released.resolve);
  };
  const end = (): void => {
    leases -= 1;
    if (isRetired && leases === 0) release();
  };
  return {
    model,
    lease(use) {
      if (isRetired) {
        const told = 'A model was asked for after it was retired.';
        return Promise.reject(new ScorerError(told, { code: 'INTERNAL' }));
      }
      leases += 1;
      const used = start(use, model);
      used.then(end, end);
      return used;
    },
    retire() {
      if (!isRetired) {
        isRetired = true;
        if (leases === 0) release();
      }
      return released.promise;
    },
  };
}

/** A throw is a rejection. */
function start<T>(use: (model: Model) => Promise<T>, model: Model): Promise<T> {
  try {
    return use(model);
  } catch (error) {
    return Promise.reject(error);
  }
}
