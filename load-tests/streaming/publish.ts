import { setTimeout as delay } from 'node:timers/promises';
import type { PubSubServer } from '../../test/servers/pubsub.ts';
import { toData } from './golden-rows.ts';

/** Bytes of one request: Pub/Sub takes 10 MB. */
const MAX_REQUEST_BYTES = 4_000_000;
const MAX_REQUEST_MESSAGES = 1000;

/** What to publish, and where. */
export interface Publication {
  readonly topic: string;
  readonly messages: number;
  readonly rowsPerMessage: number;
}

/** Publishes all messages as fast as they are taken; returns their ids in order. */
export async function publishAll(server: PubSubServer, publication: Publication): Promise<string[]> {
  const { messages, rowsPerMessage } = publication;
  const bytes = toData(0, rowsPerMessage).length;
  const size = Math.max(1, Math.min(MAX_REQUEST_MESSAGES, Math.floor(MAX_REQUEST_BYTES / bytes)));
  const ids: string[] = [];
  while (ids.length < messages) {
    const end = Math.min(ids.length + size, messages);
    ids.push(...(await publishFrom(server, publication, ids.length, end)));
  }
  return ids;
}

/** Publishes messages at a rate a second, whatever becomes of them; returns their ids in order. */
export async function publishAtRate(
  server: PubSubServer,
  publication: Publication,
  rate: number,
): Promise<string[]> {
  const startMs = performance.now();
  const requests: Promise<string[]>[] = [];
  let sent = 0;
  while (sent < publication.messages) {
    const due = Math.floor(((performance.now() - startMs) / 1000) * rate) + 1;
    const end = Math.min(due, publication.messages);
    if (end > sent) requests.push(publishFrom(server, publication, sent, end));
    sent = end;
    await delay(1);
  }
  return (await Promise.all(requests)).flat();
}

async function publishFrom(
  server: PubSubServer,
  { topic, rowsPerMessage }: Publication,
  start: number,
  end: number,
): Promise<string[]> {
  const messages = Array.from({ length: end - start }, (_, index) => ({
    data: toData(start + index, rowsPerMessage).toString('base64'),
  }));
  const { messageIds } = await server.ask('POST', `${topic}:publish`, { messages });
  return messageIds as string[]; // one for each message, as the API promises
}
