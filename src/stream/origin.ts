import type { Delivery } from '../ports/delivery.ts';

/** Where the rows of a message first came from: another message, when this one was sent again by hand. */
export interface MessageOrigin {
  /** The message that the rows first came with. */
  readonly messageId: string;
  /** The place in it, from 0, of this message's first row. */
  readonly firstRow: number;
  /** The id of a dead letter that holds the whole message. */
  readonly letterId: string;
}

/**
 * Reads the origin of a message's rows, so that a row that is sent again keeps its ids: the attribute
 * `replayed-from` is the id of the first message, `replayed-row` the place in it of the first row. A place
 * that is no whole number counts as none, which is 0.
 */
export function toOrigin({ id, attributes }: Pick<Delivery, 'id' | 'attributes'>): MessageOrigin {
  const messageId = attributes['replayed-from'] || undefined;
  if (messageId === undefined) return { messageId: id, firstRow: 0, letterId: id };
  const row = toPlace(attributes['replayed-row']);
  // rows of one message that are sent again one by one, and fail whole, must not share an id
  return { messageId, firstRow: row ?? 0, letterId: row === undefined ? messageId : `${messageId}/${row}` };
}

function toPlace(text: string | undefined): number | undefined {
  const place = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(place) ? place : undefined;
}
