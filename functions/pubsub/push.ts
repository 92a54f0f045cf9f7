import { hash } from 'node:crypto';
import { parseJson } from '../../src/decode/json.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { ScorerError } from '../../src/errors.ts';
import { isObject } from '../../src/json-object.ts';
import type { Delivery } from '../../src/ports/delivery.ts';

/** RFC 4648 §4 and §5, with or without padding. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Recognises the body of a wrapped Pub/Sub push
 * (https://cloud.google.com/pubsub/docs/push#receive_push). What is none comes back whole, with the
 * reason: a push must never be refused, or it would come again until it is dead-lettered.
 */
export function toDelivery(body: Uint8Array, headers: Readonly<Record<string, unknown>>): Delivery {
  try {
    return toWrapped(parseJson(decodeUtf8(body, 'The push'), 'The push'));
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    return toUnknown(body, headers, error);
  }
}

function toWrapped(document: unknown): Delivery {
  const message = isObject(document) ? document['message'] : undefined;
  if (!isObject(document) || !isObject(message)) throw unrecognised('it is no object with a "message"');
  const id = textOf(message['messageId']) ?? textOf(message['message_id']);
  if (id === undefined) throw unrecognised('its message has no "messageId"');
  const { attributes = {}, data = '' } = message;
  if (!isObject(attributes)) throw unrecognised('its attributes are no object');
  const common = {
    id,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
    publishTime: textOf(message['publishTime']) ?? textOf(message['publish_time']),
    orderingKey: textOf(message['orderingKey']) ?? textOf(message['ordering_key']),
    subscription: textOf(document['subscription']),
  };
  if (typeof data !== 'string' || !BASE64.test(data) || data.replace(/=+$/, '').length % 4 === 1) {
    const problem = new ScorerError("The message's data is not base64.", { code: 'INVALID_MESSAGE' });
    const came = Buffer.from(typeof data === 'string' ? data : JSON.stringify(data));
    return { ...common, data: came, problem };
  }
  return { ...common, data: Buffer.from(data, 'base64') };
}

/** Its id is the event's own (`ce-id`), else made from its bytes, so that every delivery has the same. */
function toUnknown(
  body: Uint8Array,
  headers: Readonly<Record<string, unknown>>,
  problem: ScorerError,
): Delivery {
  const contentType = textOf(headers['content-type']);
  const id = textOf(headers['ce-id']) ?? hash('sha256', body).slice(0, 32);
  const attributes: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
  return {
    id,
    data: body,
    attributes,
    publishTime: undefined,
    orderingKey: undefined,
    subscription: undefined,
    problem: new ScorerError(problem.message, { code: 'INVALID_MESSAGE', cause: problem }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function unrecognised(why: string): ScorerError {
  return new ScorerError(`The request is no Pub/Sub push: ${why}.`, { code: 'INVALID_MESSAGE' });
}
