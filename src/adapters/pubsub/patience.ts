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
const TRANSIENT_CODES = [1, 2, 4, 8, 10, 13, 14];

/** What a request of the SDK is given so that it is tried as long as this and no longer. The SDK changes it: make one a request. */
export function toCallOptions({ tryMs, totalMs }: Patience) {
  return {
    timeout: tryMs,
    retry: {
      retryCodes: [...TRANSIENT_CODES],
      backoffSettings: {
        initialRetryDelayMillis: 100,
        retryDelayMultiplier: 2,
        maxRetryDelayMillis: 2000,
        initialRpcTimeoutMillis: tryMs,
        rpcTimeoutMultiplier: 1,
        maxRpcTimeoutMillis: tryMs,
        totalTimeoutMillis: totalMs,
      },
    },
  };
}
