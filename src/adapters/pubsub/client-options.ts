import type { v1 } from '@google-cloud/pubsub';

/** What the SDK's clients are made with. */
export type ClientOptions = NonNullable<ConstructorParameters<typeof v1.PublisherClient>[0]>;

/**
 * Stands for credentials, of which the emulator asks none: the SDK would look for a metadata server, wait for it, and
 * warn that there is none.
 */
const NO_AUTH = {
  getUniverseDomain: async () => 'googleapis.com',
} as unknown as NonNullable<ClientOptions['auth']>; // all that the SDK asks when the channel has no credentials

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
  const config = (await sdk.getClientConfig()) as ClientOptions; // the SDK makes its own clients with the same
  return { ...config, auth: NO_AUTH };
}
