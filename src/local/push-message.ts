import type { TopicMessage } from '../adapters/local/topic-file.ts';

/** The project that local subscriptions belong to. */
export const LOCAL_PROJECT = 'local';

/**
 * The body of a push request, as Google's emulator sends it: both spellings of id and time, no
 * `data` when it is empty.
 *
 * @param deliveryAttempt from 1; given only where a dead-letter policy counts attempts
 */
export function encodePushBody(
  message: TopicMessage,
  subscription: string,
  deliveryAttempt: number | undefined,
): Buffer {
  const { messageId, publishTime, orderingKey, attributes, data } = message;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(
    JSON.stringify({
      message: {
        attributes,
        ...(bytes.length > 0 && { data: bytes.toString('base64') }),
        messageId,
        message_id: messageId,
        publishTime,
        publish_time: publishTime,
        ...(orderingKey !== undefined && { orderingKey }),
      },
      subscription: `projects/${LOCAL_PROJECT}/subscriptions/${subscription}`,
      ...(deliveryAttempt !== undefined && { deliveryAttempt }),
    }),
  );
}
