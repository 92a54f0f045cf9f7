import type { v1 } from '@google-cloud/pubsub';
import { toClientOptions } from './client-options.ts';

/** A message in the words of the Pub/Sub API. */
export interface ApiMessage {
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey: string;
}

/** The one request of the Pub/Sub API that publishing takes. */
export interface PublisherClient {
  /** Publishes up to 1,000 messages of one topic and one ordering key; resolves with their ids. */
  publish(topic: string, messages: readonly ApiMessage[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

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

/**
 * Loads the SDK and makes its client; done early, no message pays for it.
 *
 * @param emulatorHost host and port of the emulator, which gets no credentials; undefined for Pub/Sub itself
 */
export async function createPublisherClient(
  emulatorHost: string | undefined,
  patience: Patience,
): Promise<PublisherClient> {
  const sdk = await import('@google-cloud/pubsub');
  const client: v1.PublisherClient = new sdk.v1.PublisherClient(await toClientOptions(emulatorHost));
  await client.initialize(); // it would otherwise fail in a promise of its own, which ends the process
  const options = {
    timeout: patience.tryMs,
    retry: {
      retryCodes: TRANSIENT_CODES,
      backoffSettings: {
        initialRetryDelayMillis: 100,
        retryDelayMultiplier: 2,
        maxRetryDelayMillis: 2000,
        initialRpcTimeoutMillis: patience.tryMs,
        rpcTimeoutMultiplier: 1,
        maxRpcTimeoutMillis: patience.tryMs,
        totalTimeoutMillis: patience.totalMs,
      },
    },
  };
  return {
    async publish(topic, messages) {
      const publishing = client.publish({ topic, messages: messages as ApiMessage[] }, { ...options });
      const [{ messageIds }] = await withinMs(patience.totalMs + patience.tryMs, publishing);
      return messageIds ?? [];
    },
    close: () => client.close(),
  };
}

/** The SDK counts its time by the clock of the machine, which may jump: this bound does not. */
async function withinMs<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Pub/Sub did not answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
