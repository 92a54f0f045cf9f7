import { parseJson } from '../../src/decode/json.ts';
import { findMember } from '../../src/decode/json-places.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { ScorerError, show } from '../../src/errors.ts';
import { isObject } from '../../src/json-object.ts';
import type { Delivery } from '../../src/ports/delivery.ts';
import { decodeBase64 } from './base64.ts';
import { decodeEventValue } from './header-values.ts';
import { contentAttributes, fallbackId, invalidMessage, metadataOf, type Push, toRefused } from './push.ts';
import { isStorageEvent, toNotificationAttributes } from './storage-event.ts';
import { fromWrappedPush, isWrappedPush } from './wrapped-push.ts';

const MESSAGE_PUBLISHED = 'google.cloud.pubsub.topic.v1.messagePublished';
const EXPECTED = `expected ${MESSAGE_PUBLISHED}, or google.cloud.storage.object.v1.finalized on /objects`;

/** What is read of a CloudEvent, whichever way it came. */
interface CloudEvent {
  readonly type: string;
  readonly id: string | undefined;
  /** JSON: parsed, and as it was written. */
  data(): { readonly value: unknown; json(): Uint8Array };
}

/** Answers whether a JSON document is a CloudEvent in structured mode. */
export function isStructuredEvent(document: unknown): boolean {
  return (
    isObject(document) && typeof document['specversion'] === 'string' && typeof document['type'] === 'string'
  );
}

/** Answers whether a JSON document is a batch of CloudEvents. */
export function isEventBatch(document: unknown): boolean {
  if (!Array.isArray(document) || document.length === 0) return false;
  return document.every((element) => isObject(element) && typeof element['specversion'] === 'string');
}

/** Answers whether the headers say that the body is the data of a CloudEvent (binary mode). */
export function isBinaryEvent({ headers }: Push): boolean {
  return headers['ce-type'] !== undefined || headers['ce-specversion'] !== undefined;
}

/** Several events in one request would need one answer for all: Google's triggers send none such. */
export function batchRefused(): ScorerError {
  return invalidMessage('The request is a batch of CloudEvents: expected one event a request.');
}

/**
 * Reads a CloudEvent that came whole in the body.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#32-structured-content-mode
 *
 * @param document the body, parsed
 * @throws ScorerError `INVALID_MESSAGE` when it is none
 */
export function fromStructuredEvent(push: Push, document: unknown): Delivery {
  const { type, id, data, data_base64: encoded } = isObject(document) ? document : {};
  if (typeof type !== 'string') throw invalidMessage('The CloudEvent is no object with a "type".');
  return fromEvent(push, {
    type,
    id: typeof id === 'string' && id !== '' ? id : undefined,
    data() {
      if (encoded !== undefined && encoded !== null) return parseData(decodeEventData(encoded));
      return {
        value: data,
        json() {
          const place = findMember(push.body, 0, 'data');
          return push.body.subarray(place?.start, place?.end);
        },
      };
    },
  });
}

/**
 * Reads a CloudEvent whose attributes are headers and whose data is the body.
 *
 * @throws ScorerError `INVALID_MESSAGE` when a header can't be decoded or there is no type
 */
export function fromBinaryEvent(push: Push): Delivery {
  const event = new Map<string, string>();
  for (const [name, value] of Object.entries(push.headers)) {
    if (name.startsWith('ce-') && typeof value === 'string') event.set(name, decodeEventValue(name, value));
  }
  const type = event.get('ce-type');
  if (type === undefined) throw invalidMessage('The CloudEvent has no header ce-type.');
  return fromEvent(push, { type, id: event.get('ce-id') || undefined, data: () => parseData(push.body) });
}

function fromEvent(push: Push, event: CloudEvent): Delivery {
  try {
    if (event.type === MESSAGE_PUBLISHED) return fromMessageEvent(push, event);
    if (isStorageEvent(event.type)) return fromStorageEvent(push, event);
    throw invalidMessage(`The request is a CloudEvent of the type ${show(event.type)}: ${EXPECTED}.`);
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    return toRefused(push, error, fallbackId(push, event.id));
  }
}

function fromMessageEvent(push: Push, event: CloudEvent): Delivery {
  const { value } = event.data();
  if (isWrappedPush(value)) return fromWrappedPush(value, push, event.id);
  throw invalidMessage(`The data of the CloudEvent ${show(event.type)} is no object with a "message".`);
}

/** As the notification that the bucket itself would have sent. */
function fromStorageEvent(push: Push, event: CloudEvent): Delivery {
  const { value, json } = event.data();
  return {
    id: fallbackId(push, event.id),
    data: push.body,
    attributes: { ...contentAttributes(push), ...toNotificationAttributes(event.type, value, json) },
    ...metadataOf(push),
  };
}

function decodeEventData(encoded: unknown): Uint8Array {
  const bytes = typeof encoded === 'string' ? decodeBase64(encoded) : undefined;
  if (bytes !== undefined) return bytes;
  throw invalidMessage('The "data_base64" of the CloudEvent is not base64.');
}

function parseData(bytes: Uint8Array): ReturnType<CloudEvent['data']> {
  const text = decodeUtf8(bytes, 'The data of the CloudEvent');
  return { value: parseJson(text, 'The data of the CloudEvent'), json: () => bytes };
}
