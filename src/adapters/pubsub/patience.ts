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

/** gRPC's code for what took too long. */
export const DEADLINE_EXCEEDED = 4;

/** Makes a request of the SDK with options by which it is tried as long as this, and waits for it no longer. */
export async function withPatience<T>(
  patience: Patience,
  request: (options: ReturnType<typeof toCallOptions>) => Promise<T>,
): Promise<T> {
  return withinMs(patience.totalMs + patience.tryMs, request(toCallOptions(patience)));
}

function toCallOptions({ tryMs, totalMs }: Patience) {
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

/** The SDK counts its time by the clock of the machine, which may jump: this bound does not. */
async function withinMs<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const failure = Object.assign(new Error(`no answer within ${ms} ms`), { code: DEADLINE_EXCEEDED });
  const timer = setTimeout(() => reject(failure), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
