import type { Delivery } from '../../src/ports/delivery.ts';
import { fromLatin1 } from './header-values.ts';
import { contentAttributes, fallbackId, metadataOf, type Push } from './push.ts';

/** Headers that HTTP, Google's front end and CloudEvents add: no attributes of a message. */
const NO_ATTRIBUTES: ReadonlySet<string> = new Set(
  `host content-length content-type content-encoding user-agent connection keep-alive proxy-connection
   transfer-encoding te trailer upgrade upgrade-insecure-requests expect authorization proxy-authorization
   cookie from via forwarded max-forwards cache-control pragma http2-settings traceparent tracestate
   x-cloud-trace-context x-serverless-authorization x-client-data x-real-ip x-request-id
   function-execution-id`.split(/\s+/),
);
const NO_ATTRIBUTE_PREFIX = /^(?:accept|accept-.*|x-forwarded-.*|x-goog-.*|x-appengine-.*|x-envoy-.*|ce-.*)$/;

/** Front ends may hand on names in lower case: those that the scoring of objects reads get theirs back. */
const NOTIFICATION_NAMES: ReadonlyMap<string, string> = new Map(
  ['eventType', 'bucketId', 'objectId', 'objectGeneration'].map((name) => [name.toLowerCase(), name]),
);

/** Answers whether a push is unwrapped and says so: Pub/Sub wrote the message's metadata into headers. */
export function hasMetadata({ headers }: Push): boolean {
  return (
    headers['x-goog-pubsub-message-id'] !== undefined ||
    headers['x-goog-pubsub-subscription-name'] !== undefined
  );
}

/**
 * Reads an unwrapped push: the body is the data. With metadata every attribute is a header of its own;
 * without, headers tell of nothing but the body's type and encoding.
 * https://cloud.google.com/pubsub/docs/payload-unwrapping
 */
export function fromUnwrappedPush(push: Push): Delivery {
  return {
    id: fallbackId(push),
    data: push.body,
    attributes: { ...(hasMetadata(push) && headerAttributes(push.rawHeaders)), ...contentAttributes(push) },
    ...metadataOf(push),
  };
}

function headerAttributes(rawHeaders: readonly string[]): Record<string, string> {
  const entries: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const folded = name.toLowerCase();
    if (NO_ATTRIBUTES.has(folded) || NO_ATTRIBUTE_PREFIX.test(folded)) continue;
    entries.push([NOTIFICATION_NAMES.get(folded) ?? name, fromLatin1(value)]);
  }
  return Object.fromEntries(entries);
}
