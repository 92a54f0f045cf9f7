import type { v1 } from '@google-cloud/pubsub';
import { toClientOptions } from './client-options.ts';
import { type Patience, withPatience } from './patience.ts';

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
  return {
    async publish(topic, messages, signal) {
      const request = { topic, messages: messages as ApiMessage[] };
      const publish = (options: object) => client.publish(request, options);
      const [{ messageIds }] = await withPatience(patience, publish, signal);
      return messageIds ?? [];
    },
    close: () => client.close(),
  };
}
