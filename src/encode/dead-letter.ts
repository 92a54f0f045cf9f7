import type { RowFailure, ScorerError } from '../errors.ts';
import { toAttributes } from './attributes.ts';
import { toMessage } from './csv.ts';
import type { LetterAttributeName } from './letter-attributes.ts';
import { type RowOrigin, toRowId } from './message.ts';

/** No other names than those of the table. */
type Ours = Readonly<Partial<Record<LetterAttributeName, string | undefined>>>;

/** What a dead letter needs to know of the message that it is made from. */
export interface LetterSource {
  /** The message that the rows first came with. */
  readonly id: string;
  /** The id of a letter that holds the whole message. @default `id` */
  readonly letterId?: string;
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  readonly subscription: string | undefined;
  /** The topic that it came from: a push names only its subscription. */
  readonly topic: string;
}

/** A dead letter: the data and attributes of a message. */
export interface Letter {
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
}

/** One row that cannot be scored, in a form (`row`) that can be scored again alone. */
export function toRowLetter(
  source: LetterSource,
  origin: RowOrigin,
  failure: RowFailure,
  row: { readonly data: Uint8Array; readonly contentType: string },
): Letter {
  const [{ code, column, feature }] = failure.problems;
  const ours = {
    'error-code': code,
    'error-message': toMessage(failure),
    'error-column': column ?? feature,
    'source-message-id': source.id,
    'source-row': String(origin.row),
    'source-subscription': source.subscription,
    'source-topic': source.topic,
    'content-type': row.contentType,
    'dead-letter-id': toRowId(origin),
    'dead-letter-kind': 'row',
  } satisfies Ours;
  return { data: row.data, attributes: toAttributes(source.attributes, ours) };
}

/** A message of which no row can be told apart, whole and as it came. */
export function toMessageLetter(source: LetterSource, error: ScorerError): Letter {
  const ours = {
    'error-code': error.code,
    'error-message': error.message,
    'source-message-id': source.id,
    'source-subscription': source.subscription,
    'source-topic': source.topic,
    'dead-letter-id': source.letterId ?? source.id,
    'dead-letter-kind': 'message',
  } satisfies Ours;
  return { data: source.data, attributes: toAttributes(source.attributes, ours, true) };
}

/** What is told of a file that failed as a whole; all of it from its job, so that it is equal however often it is made. */
export function toObjectLetter(
  data: Uint8Array,
  {
    id,
    code,
    message,
    topic,
  }: { readonly id: string; readonly code: string; readonly message: string; readonly topic: string },
): Letter {
  const attributes = {
    'content-type': 'application/json',
    'error-code': code,
    'error-message': message,
    'source-topic': topic,
    'dead-letter-id': id,
    'dead-letter-kind': 'object',
  } satisfies Ours;
  return { data, attributes: toAttributes({}, attributes) };
}
