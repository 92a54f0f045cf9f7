import { setTimeout as delay } from 'node:timers/promises';
import { grpcCodeOf } from './failures.ts';

/** How long requests are tried. */
export interface Patience {
  /** How long one try may take, in milliseconds. */
  readonly tryMs: number;
  /** How long a request is tried altogether, in milliseconds. */
  readonly totalMs: number;
}

/**
 * gRPC codes after which a request is tried again, as Google's own client does for `Publish`: CANCELLED, UNKNOWN,
 * DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE.
 */
const TRANSIENT_CODES: ReadonlySet<number | undefined> = new Set([1, 2, 4, 8, 10, 13, 14]);

/** gRPC's code for what took too long. */
export const DEADLINE_EXCEEDED = 4;

/** The wait before the second try, in milliseconds; each further one is twice as long, 2 s at most. */
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2000;

/** A request that is under way, and how to end it where nobody waits for it any more. */
export type Attempt<T> = Promise<T> & { cancel?(): void };

/**
 * Makes a request of the SDK until it succeeds, as long as this patience lasts and only what may pass goes wrong.
 * The SDK would try again by itself, but it counts its time by the clock of the machine: where that jumps, a
 * request can hang.
 *
 * @param signal ends it at once, with its reason
 */
export async function withPatience<T>(
  { tryMs, totalMs }: Patience,
  request: (options: { readonly timeout: number; readonly retry: null }) => Attempt<T>,
  signal?: AbortSignal,
): Promise<T> {
  const endMs = performance.now() + totalMs;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(MAX_DELAY_MS, 2 * delayMs)) {
    try {
      return await withinMs(tryMs, request({ timeout: tryMs, retry: null }), signal);
    } catch (error) {
      if (signal?.aborted || !TRANSIENT_CODES.has(grpcCodeOf(error))) throw error;
      if (performance.now() + delayMs > endMs) throw error;
    }
    await delay(delayMs * (0.5 + Math.random() / 2), undefined, signal && { signal });
  }
}

function withinMs<T>(ms: number, attempt: Attempt<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const give = (error: unknown): void => {
      end(() => reject(error));
      attempt.cancel?.();
    };
    const onAbort = (): void => give(signal?.reason);
    const timer = setTimeout(() => {
      give(Object.assign(new Error(`no answer within ${ms} ms`), { code: DEADLINE_EXCEEDED }));
    }, ms);
    signal?.addEventListener('abort', onAbort);
    attempt.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
