import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ScorerError } from '../../src/errors.ts';
import type { Delivery } from '../../src/ports/delivery.ts';
import { decodeEventValue, headerText } from './header-values.ts';

/** A push request as it came. */
export interface Push {
  readonly body: Uint8Array;
  readonly headers: IncomingHttpHeaders;
  /** Names and values by turns, the names spelled as they came. */
  readonly rawHeaders: readonly string[];
  /** True when a framework has inflated the body: its Content-Encoding describes it no more. */
  readonly inflated: boolean;
}

/**
 * The id of a message whose body tells none: Pub/Sub's header, else the event's id, else 32 hex of the
 * body's sha256. The same at every delivery.
 *
 * @param eventId of a CloudEvent that came whole in the body
 */
export function fallbackId({ headers, body }: Push, eventId?: string): string {
  return (
    headerText(headers, 'x-goog-pubsub-message-id') ??
    eventId ??
    headerEventId(headers) ??
    hash('sha256', body).slice(0, 32)
  );
}

function headerEventId(headers: IncomingHttpHeaders): string | undefined {
  try {
    const id = headers['ce-id'];
    return typeof id === 'string' && id !== '' ? decodeEventValue('ce-id', id) : undefined;
  } catch {
    return undefined; // told where the event's headers are read
  }
}

/** What the headers of an unwrapped push with metadata say beside the id. */
export function metadataOf({
  headers,
}: Push): Pick<Delivery, 'publishTime' | 'orderingKey' | 'subscription'> {
  return {
    publishTime: toTime(headerText(headers, 'x-goog-pubsub-publish-time')),
    orderingKey: headerText(headers, 'x-goog-pubsub-ordering-key'),
    subscription: headerText(headers, 'x-goog-pubsub-subscription-name'),
  };
}

/** A time as RFC 3339 has it: https://www.rfc-editor.org/rfc/rfc3339#section-5.6 */
const TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** A publish time as it came; undefined for what is none, which no reader of a prediction could take for one. */
export function toTime(text: string | undefined): string | undefined {
  return text !== undefined && TIME.test(text) ? text : undefined;
}

/** A delivery that is none, and why. */
export function invalidMessage(message: string): ScorerError {
  return new ScorerError(message, { code: 'INVALID_MESSAGE' });
}

/**
 * The attributes that say what a body is, from the HTTP headers of those names. A type of
 * `application/octet-stream` says nothing, and is left out.
 */
export function contentAttributes({ headers, inflated }: Push): Record<string, string> {
  const type = headerText(headers, 'content-type');
  const encoding = inflated ? undefined : headerText(headers, 'content-encoding');
  return {
    ...(type !== undefined && mediaTypeOf(type) !== 'application/octet-stream' && { 'content-type': type }),
    ...(encoding !== undefined && encoding.toLowerCase() !== 'identity' && { 'content-encoding': encoding }),
  };
}

/** A content type without its parameters, in lower case. */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** A delivery that holds no message that can be told: the body as it came, and why. */
export function toRefused(push: Push, why: ScorerError, id: string = fallbackId(push)): Delivery {
  return {
    id,
    data: push.body,
    attributes: contentAttributes(push),
    ...metadataOf(push),
    problem:
      why.code === 'INVALID_MESSAGE'
        ? why
        : new ScorerError(why.message, { code: 'INVALID_MESSAGE', cause: why }),
  };
}
