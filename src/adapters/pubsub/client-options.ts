import type { v1 } from '@google-cloud/pubsub';

/** What the SDK's clients are made with. */
export type ClientOptions = NonNullable<ConstructorParameters<typeof v1.PublisherClient>[0]>;

/**
 * The options of the SDK's clients. The package is loaded here, when the first client is made: importing it costs
 * some 290 ms and 95 MiB.
 *
 * @param emulatorHost host and port of the emulator, with or without http://; it gets no credentials. Undefined for
 * Pub/Sub itself, with the application default credentials
 */
export async function toClientOptions(emulatorHost: string | undefined): Promise<ClientOptions> {
  if (emulatorHost === undefined) return {};
  const { PubSub: Sdk } = await import('@google-cloud/pubsub');
  const sdk = new Sdk({ apiEndpoint: emulatorHost, emulatorMode: true, projectId: 'emulator' });
  return (await sdk.getClientConfig()) as ClientOptions; // the SDK makes its own clients with the same
}
