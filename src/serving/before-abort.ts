import { ScorerError } from '../errors.ts';

/**
 * Waits for a promise until a signal aborts; leaves no listener behind, since a signal may outlive many waits.
 *
 * @param waitingFor says in the error what has not come
 * @throws ScorerError `MODEL_NOT_READY` when the signal aborts first
 */
export async function beforeAbort<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  waitingFor: string,
): Promise<T> {
  if (signal === undefined) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const late = (): void =>
    reject(new ScorerError(waitingFor, { code: 'MODEL_NOT_READY', cause: signal.reason }));
  if (signal.aborted) late();
  signal.addEventListener('abort', late);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', late);
  }
}
