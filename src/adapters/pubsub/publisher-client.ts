import type { v1 } from '@google-cloud/pubsub';
import { toClientOptions } from './client-options.ts';
import { type Attempt, type Patience, withPatience } from './patience.ts';

/** A message in the words of the Pub/Sub API. */
export interface ApiMessage {
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey: string;
}

/** The one request of the Pub/Sub API that publishing takes. */
export interface PublisherClient {
  /**
   * Publishes up to 1,000 messages of one topic and one ordering key; resolves with their ids.
   *
   * @param signal ends the wait for it; what is on its way may be accepted all the same
   */
  publish(topic: string, messages: readonly ApiMessage[], signal: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** `Publish` of the client's stub: https://grpc.github.io/grpc/node/grpc.Client.html */
type Publish = (
  request: { readonly topic: string; readonly messages: readonly ApiMessage[] },
  metadata: unknown,
  options: object,
  callback: (error: Error | null, response?: Published) => void,
) => { cancel(): void };

interface Published {
  readonly messageIds?: readonly string[];
}

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
  const { grpc } = await import('google-gax'); // the SDK's own
  const client: v1.PublisherClient = new sdk.v1.PublisherClient(await toClientOptions(emulatorHost));
  const stub = await client.initialize(); // it would otherwise fail in a promise of its own, which ends the process
  const send = stub['publish']?.bind(stub) as Publish; // as the API has it
  return {
    async publish(topic, messages, signal) {
      const metadata = new grpc.Metadata();
      metadata.set('x-goog-request-params', `topic=${encodeURIComponent(topic)}`); // https://google.aip.dev/4222
      const request = { topic, messages };
      const { messageIds } = await withPatience(patience, () => ask(send, request, metadata), signal);
      return messageIds ?? [];
    },
    close: () => client.close(),
  };
}

/**
 * Makes one request of the stub. The SDK's method around it is for retries, which are ours; a stack trace
 * would be taken of every request, should it fail, and tell nothing. Of a small publish, each is a noticeable part.
 * There is no deadline: it would count by the clock of the machine, which may jump.
 */
function ask(send: Publish, request: Parameters<Publish>[0], metadata: unknown): Attempt<Published> {
  const { promise, resolve, reject } = Promise.withResolvers<Published>();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const call = send(request, metadata, {}, (error, response) => {
      if (error === null) resolve(response ?? {});
      else reject(error);
    });
    return Object.assign(promise, { cancel: () => call.cancel() });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
