import { parseJson } from '../../src/decode/json.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { ScorerError, show } from '../../src/errors.ts';
import type { Delivery } from '../../src/ports/delivery.ts';
import {
  batchRefused,
  fromBinaryEvent,
  fromStructuredEvent,
  isBinaryEvent,
  isEventBatch,
  isStructuredEvent,
} from './cloud-event.ts';
import { readLargePush, tryParse } from './large-push.ts';
import { mediaTypeOf, type Push, toRefused } from './push.ts';
import { fromUnwrappedPush, hasMetadata } from './unwrapped-push.ts';
import { fromWrappedPush, isWrappedPush } from './wrapped-push.ts';

/**
 * Recognises a delivery by its content: a Pub/Sub push, wrapped or not, or a CloudEvent, structured or
 * binary. It never throws for what a caller sends: what can't be told comes back whole, with the reason.
 * A push must never be refused, or it would come again until it is dead-lettered.
 *
 * What headers say goes first, for they can't be part of a message's data.
 */
export function toDelivery(push: Push): Delivery {
  try {
    const type = mediaTypeOf(push.headers['content-type'] ?? '');
    if (type.startsWith('application/cloudevents')) return fromEventType(push, type);
    if (isBinaryEvent(push)) return fromBinaryEvent(push);
    return hasMetadata(push) ? fromUnwrappedPush(push) : fromContent(push);
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    return toRefused(push, error);
  }
}

function fromEventType(push: Push, type: string): Delivery {
  if (type.startsWith('application/cloudevents-batch')) throw batchRefused();
  if (type !== 'application/cloudevents' && type !== 'application/cloudevents+json') {
    throw new ScorerError(
      `The request is a CloudEvent in the format ${show(type)}: expected application/cloudevents+json.`,
      { code: 'INVALID_MESSAGE' },
    );
  }
  return fromStructuredEvent(push, parseJson(decodeUtf8(push.body, 'The CloudEvent'), 'The CloudEvent'));
}

/** A body that is nothing else is the data of a message. */
function fromContent(push: Push): Delivery {
  const document = readLargePush(push.body) ?? tryParse(push.body);
  if (isWrappedPush(document)) return fromWrappedPush(document, push);
  if (isStructuredEvent(document)) return fromStructuredEvent(push, document);
  if (isEventBatch(document)) throw batchRefused();
  return fromUnwrappedPush(push);
}
