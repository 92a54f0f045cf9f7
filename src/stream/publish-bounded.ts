import { countBytes } from '../message-size.ts';
import type { OutgoingMessage, Publisher } from '../ports/publisher.ts';

/** Bytes that are made and handed to the publisher at once; one message may be larger. */
const MAX_GROUP_BYTES = 1024 * 1024;

/**
 * Publishes messages in their order, and resolves once all are accepted. However large they are together
 * (rows of CSV repeat their header, attributes are repeated by every row), only some are in memory at once:
 * no message is made before the ones that don't fit beside it are accepted.
 *
 * @throws what the publisher throws; some may have been accepted
 */
export async function publishBounded(
  publisher: Publisher,
  topic: string,
  messages: Iterable<OutgoingMessage>,
  signal: AbortSignal,
): Promise<void> {
  let group: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    group.push(message);
    bytes += countBytes(message);
    if (bytes < MAX_GROUP_BYTES) continue;
    await publisher.publish(topic, group, { signal });
    group = [];
    bytes = 0;
  }
  if (group.length > 0) await publisher.publish(topic, group, { signal });
}
