import type { ScorerError } from '../errors.ts';
import type { ModelIdentity } from '../model/model.ts';
import type { LoadedModel } from '../model/source.ts';
import type { Logger } from '../ports/logger.ts';

/** Says that a model was loaded, for whom, and what that cost. */
export function logLoaded(
  logger: Logger,
  { model, cost }: LoadedModel,
  how: { readonly replaces?: ModelIdentity; readonly pinned?: true } = {},
): void {
  const { name, version } = model.identity;
  const message = how.pinned
    ? `Loaded ${name} ${version} for a job that pins it.`
    : `Serving ${name} ${version}.`;
  logger.log('INFO', 'MODEL_LOADED', message, { model: model.identity, ...cost, ...how });
}

/** Says that a model that was asked for can't be loaded. */
export function logLoadFailed(logger: Logger, reason: ScorerError, digest?: string): void {
  logger.log('ERROR', 'MODEL_LOAD_FAILED', reason.message, {
    ...factsOf(reason),
    ...(digest === undefined ? {} : { digest }),
  });
}

/** Says that another model is there and can't be served: the one from before still is. */
export function logRefreshFailed(logger: Logger, reason: ScorerError, generation: string): void {
  logger.log(
    'ERROR',
    'MODEL_REFRESH_FAILED',
    `Another model is there but can't be served, so the one before still is: ${reason.message}`,
    { ...factsOf(reason), generation },
  );
}

/** Says that it is not known whether another model is there. */
export function logLookFailed(logger: Logger, reason: ScorerError): void {
  logger.log(
    'WARNING',
    'MODEL_LOOK_FAILED',
    `It can't be seen whether another model is there: ${reason.message}`,
    factsOf(reason),
  );
}

/** Says that a model's memory was perhaps not given back. */
export function logReleaseFailed(logger: Logger, { name, version }: ModelIdentity, error: unknown): void {
  logger.log('WARNING', 'MODEL_RELEASE_FAILED', `${name} ${version} could not be released.`, {
    cause: String(error),
  });
}

function factsOf({ code, cause }: ScorerError): Readonly<Record<string, unknown>> {
  return { code, cause: String(cause ?? '') };
}
