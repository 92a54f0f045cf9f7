// The prediction function behind each of its fronts.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createPredictHandler } from '../../functions/http/routes.ts';
import { createListener, type Handler, type ListenerOptions } from '../../functions/listener.ts';
import { composePredict } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';

/** A listener in this process. */
export interface BareListener {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the listener with a handler alone, without the framework. */
export async function startListener(handler: Handler, options: ListenerOptions = {}): Promise<BareListener> {
  const server = createListener(handler, options).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Starts the listener with the prediction function's handler. */
export async function startBarePredict(
  options: ListenerOptions = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<BareListener> {
  const modelUri = join(import.meta.dirname, '../../model-files/flight-delay');
  const parts = await composePredict(readConfig({ MODEL_URI: modelUri, ...environment }));
  await parts.scorer.withModel(async () => undefined);
  return startListener(createPredictHandler(parts), options);
}
