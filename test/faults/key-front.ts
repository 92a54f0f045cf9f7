// Google's emulator leaves the ordering key out of what it pushes, though it keeps the order. This stands between the
// emulator and the function, and puts it in, as Pub/Sub does: https://cloud.google.com/pubsub/docs/push#receive_push
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** The attribute of a message that says its ordering key once more. */
export const KEY_ATTRIBUTE = 'test-ordering-key';

/** A front of the function. */
export interface KeyFront {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts one. @param behind port of the function */
export async function startKeyFront(behind: number): Promise<KeyFront> {
  const server = createServer((request, response) => {
    passOn(behind, request, response).catch(() => request.socket.destroy()); // the function was killed
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function passOn(behind: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const push = JSON.parse((await buffer(request)).toString()) as {
    readonly message: { readonly attributes: Readonly<Record<string, string>> };
  }; // as the emulator pushes
  const orderingKey = push.message.attributes[KEY_ATTRIBUTE];
  const answer = await fetch(`http://127.0.0.1:${behind}${request.url}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...push, message: { ...push.message, orderingKey } }),
  });
  await answer.arrayBuffer();
  response.writeHead(answer.status).end();
}
