/** What a dead letter holds: a row, a message of which no row can be told apart, or the job of a file. */
export type LetterKind = 'row' | 'message' | 'object';

/** An attribute that a dead letter gets, beside those of its message. */
export interface LetterAttribute {
  readonly name: string;
  /** The kinds of letters that have it; where nothing is known to say, it is left out. */
  readonly kinds: readonly LetterKind[];
  readonly description: string;
}

const ATTRIBUTES = [
  {
    name: 'error-code',
    kinds: ['row', 'message', 'object'],
    description: 'The code of what is wrong; see [errors](errors.md).',
  },
  {
    name: 'error-message',
    kinds: ['row', 'message', 'object'],
    description: 'All that is wrong, in a sentence.',
  },
  {
    name: 'error-column',
    kinds: ['row'],
    description:
      'The column or feature that is wrong, the first of several; left out where no single one is to blame.',
  },
  {
    name: 'source-message-id',
    kinds: ['row', 'message'],
    description: 'The id of the message that brought it; of a replayed one, that of the first.',
  },
  {
    name: 'source-row',
    kinds: ['row'],
    description: "The row's place in that message, from 0.",
  },
  {
    name: 'source-topic',
    kinds: ['row', 'message', 'object'],
    description: 'The topic that delivered it.',
  },
  {
    name: 'source-subscription',
    kinds: ['row', 'message'],
    description: 'The subscription that delivered it; left out where its delivery did not say.',
  },
  {
    name: 'content-type',
    kinds: ['row', 'object'],
    description: 'What the data is; a whole message keeps its own, and its `content-encoding`.',
  },
  {
    name: 'dead-letter-id',
    kinds: ['row', 'message', 'object'],
    description: "`<message id>/<row>`, the message's id, or the job's id: the same at every delivery.",
  },
  {
    name: 'dead-letter-kind',
    kinds: ['row', 'message', 'object'],
    description: '`row`, `message` or `object`.',
  },
] as const satisfies readonly LetterAttribute[];

/** The name of an attribute that dead letters get. */
export type LetterAttributeName = (typeof ATTRIBUTES)[number]['name'];

/** The attributes that dead letters get; the table in `docs/messages.md` is this one, which a test makes sure of. */
export const LETTER_ATTRIBUTES: readonly LetterAttribute[] = ATTRIBUTES;
