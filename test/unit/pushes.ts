// Push requests that were never sent: what functions/pubsub recognises.
import type { Push } from '../../functions/pubsub/push.ts';

/** Names and values of headers, in their order. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** A message as Pub/Sub knows it. */
export interface Message {
  readonly id: string;
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  readonly publishTime: string;
  readonly orderingKey: string;
  readonly subscription: string;
}

const EVENT = {
  specversion: '1.0',
  type: 'google.cloud.pubsub.topic.v1.messagePublished',
  source: '//pubsub.googleapis.com/projects/p/topics/features',
  id: 'event-1',
} as const;

/** A request as Node hands it on: names in lower case, the bytes of UTF-8 values read as latin1. */
export function toPush(body: string | Uint8Array, headers: Headers = [], { inflated = false } = {}): Push {
  const read = headers.map(([name, value]) => [name, Buffer.from(value).toString('latin1')] as const);
  return {
    body: Buffer.from(body),
    headers: Object.fromEntries(read.map(([name, value]) => [name.toLowerCase(), value])),
    rawHeaders: read.flat(),
    inflated,
  };
}

/** The message in a wrapped push. */
export function wrapped(message: Message): Push {
  return toPush(JSON.stringify(toDocument(message)), [['Content-Type', 'application/json']]);
}

/** The message in an unwrapped push with metadata, among the headers that come along. */
export function unwrapped(message: Message): Push {
  return toPush(message.data, [
    ['Host', 'score.example'],
    ['User-Agent', 'CloudPubSub-Google'],
    ['Content-Type', 'application/octet-stream'],
    ['Content-Length', String(message.data.length)],
    ['Authorization', 'Bearer token'],
    ['From', 'noreply@google.com'],
    ['X-Forwarded-For', '10.0.0.1'],
    ['X-Cloud-Trace-Context', '1/2'],
    ['traceparent', '00-1-2-01'],
    ['Accept-Encoding', 'gzip'],
    ['x-goog-pubsub-subscription-name', message.subscription],
    ['x-goog-pubsub-message-id', message.id],
    ['x-goog-pubsub-publish-time', message.publishTime],
    ['x-goog-pubsub-ordering-key', message.orderingKey],
    ...Object.entries(message.attributes),
  ]);
}

/** The message in a CloudEvent that is the body. */
export function structured(message: Message): Push {
  return toPush(JSON.stringify({ ...EVENT, data: toDocument(message) }), [
    ['content-type', 'application/cloudevents+json; charset=utf-8'],
  ]);
}

/** The message in a CloudEvent whose data is the body. */
export function binary(message: Message): Push {
  return toPush(JSON.stringify(toDocument(message)), [
    ['content-type', 'application/json'],
    ...Object.entries(EVENT).map(([name, value]) => [`ce-${name}`, value] as const),
  ]);
}

function toDocument({ id, data, subscription, ...message }: Message): object {
  return {
    message: { ...message, data: Buffer.from(data).toString('base64'), messageId: id },
    subscription,
  };
}
