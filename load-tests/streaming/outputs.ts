import { setTimeout as delay } from 'node:timers/promises';
import type { PubSubServer } from '../../test/servers/pubsub.ts';

/** With nothing new for so long (milliseconds), what is missing is lost. */
const PATIENCE_MS = 15_000;

/** Between two looks (milliseconds): few of them, for they take of the processor that is measured. */
const PAUSE_MS = 200;

/** A message that came out. */
export interface Output {
  /** When Pub/Sub accepted it, in milliseconds since 1970. */
  readonly publishedMs: number;
  readonly data: Buffer;
}

interface Received {
  readonly ackId: string;
  readonly message: { readonly data?: string; readonly publishTime: string };
}

/** Takes messages from a subscription until there are so many, and what else is there then. */
export async function collectOutputs(
  server: PubSubServer,
  subscription: string,
  expected: number,
): Promise<Output[]> {
  const outputs: Output[] = [];
  let deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const received = await pull(server, subscription);
    outputs.push(...received.map(toOutput));
    if (received.length > 0) deadline = Date.now() + PATIENCE_MS;
    else if (outputs.length >= expected || Date.now() > deadline) return outputs;
    else await delay(PAUSE_MS);
  }
}

async function pull(server: PubSubServer, subscription: string): Promise<readonly Received[]> {
  const asked = { maxMessages: 1000, returnImmediately: true };
  const { receivedMessages } = await server.ask('POST', `${subscription}:pull`, asked);
  const received = (receivedMessages ?? []) as readonly Received[]; // absent where there is none
  if (received.length > 0) {
    await server.ask('POST', `${subscription}:acknowledge`, { ackIds: received.map(({ ackId }) => ackId) });
  }
  return received;
}

function toOutput({ message: { data = '', publishTime } }: Received): Output {
  return { publishedMs: Date.parse(publishTime), data: Buffer.from(data, 'base64') };
}
