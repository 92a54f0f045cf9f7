import { ScorerError, show } from '../../src/errors.ts';
import { isObject } from '../../src/json-object.ts';
import type { Delivery } from '../../src/ports/delivery.ts';
import { decodeBase64 } from './base64.ts';
import { fallbackId, invalidMessage, type Push, toRefused, toTime } from './push.ts';

/** What a wrapped push is: a message, with the subscription that delivers it. Its data may be decoded already. */
export interface WrappedPush {
  readonly message: Readonly<Record<string, unknown>>;
  readonly subscription?: unknown;
  /** Counted where the subscription has a dead-letter policy. */
  readonly deliveryAttempt?: unknown;
}

/** Answers by the one thing that makes a wrapped push: an object `message`. */
export function isWrappedPush(document: unknown): document is WrappedPush {
  return isObject(document) && isObject(document['message']);
}

/**
 * Reads a wrapped push (https://cloud.google.com/pubsub/docs/push#receive_push). `data` and
 * `attributes` may be absent; of id and times both spellings are known.
 *
 * @param eventId of the CloudEvent that the push came in
 */
export function fromWrappedPush(
  { message, subscription, deliveryAttempt }: WrappedPush,
  push: Push,
  eventId?: string,
): Delivery {
  const id = textOf(message['messageId']) ?? textOf(message['message_id']) ?? fallbackId(push, eventId);
  const attributes = toAttributes(message['attributes'] ?? {});
  if (attributes instanceof ScorerError) return toRefused(push, attributes, id);
  const data = message['data'] ?? '';
  const bytes = toBytes(data);
  return {
    id,
    data: bytes ?? (typeof data === 'string' ? Buffer.from(data) : push.body),
    attributes,
    publishTime: toTime(textOf(message['publishTime']) ?? textOf(message['publish_time'])),
    orderingKey: textOf(message['orderingKey']) ?? textOf(message['ordering_key']),
    subscription: textOf(subscription),
    ...(Number.isSafeInteger(deliveryAttempt) && { attempt: deliveryAttempt as number }), // looked at just now
    ...(bytes === undefined && { problem: invalidMessage("The message's data is not base64.") }),
  };
}

function toBytes(data: unknown): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data;
  return typeof data === 'string' ? decodeBase64(data) : undefined;
}

/** Pub/Sub's own are all text; a push that somebody writes may hold numbers. */
function toAttributes(attributes: unknown): Record<string, string> | ScorerError {
  if (!isObject(attributes)) {
    return invalidMessage(`The message's attributes are ${show(attributes)}: expected an object of texts.`);
  }
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'object' && value !== null) {
      return invalidMessage(`The message's attribute ${show(key)} is ${show(value)}: expected text.`);
    }
    entries.push([toName(key), String(value)]);
  }
  return Object.fromEntries(entries);
}

/** Pub/Sub's documents spell it `Content-Type`; an unwrapped push can't tell the two. */
function toName(key: string): string {
  return /^content-(?:type|encoding)$/i.test(key) ? key.toLowerCase() : key;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
