/** What a field of a prediction message holds. */
export type MessageFieldType = 'text' | 'integer' | 'number' | 'numbers' | 'time';

/** A field of a prediction message. */
export interface MessageField {
  readonly name: string;
  readonly type: MessageFieldType;
  /** Whether every prediction has it. */
  readonly required: boolean;
  readonly description: string;
  /** A pattern of ECMA-262 that its text matches. */
  readonly pattern?: string;
}

/**
 * The fields of a prediction message, in their order. The published schemas (`samples/schemas`) and the table in
 * `docs/messages.md` are made from this (`npm run schemas`); a test holds all of them and real messages together.
 */
export const MESSAGE_FIELDS: readonly MessageField[] = [
  {
    name: 'prediction_id',
    type: 'text',
    required: true,
    pattern: '^.+/[0-9]+$',
    description: '`<message id>/<row>`: the same whenever the message is delivered again.',
  },
  {
    name: 'message_id',
    type: 'text',
    required: true,
    description: 'The message that brought the row; of a replayed one, the first.',
  },
  {
    name: 'publish_time',
    type: 'time',
    required: false,
    description: 'When the message was published; left out where its delivery did not say.',
  },
  { name: 'row', type: 'integer', required: true, description: "The row's place in the message, from 0." },
  {
    name: 'label',
    type: 'text',
    required: false,
    description: 'The class, as text, whatever it is in the model; of anomaly detectors `-1` or `1`.',
  },
  {
    name: 'probability',
    type: 'number',
    required: false,
    description: "That of the positive class, 0 to 1; of more than two classes the label's.",
  },
  {
    name: 'probabilities',
    type: 'numbers',
    required: false,
    description: "One a class, in the model's order.",
  },
  {
    name: 'score',
    type: 'number',
    required: false,
    description: "The label's decision score, of a model without probabilities; an anomaly detector's score.",
  },
  {
    name: 'scores',
    type: 'numbers',
    required: false,
    description: 'Decision scores, one a class, of more than two classes.',
  },
  {
    name: 'value',
    type: 'number',
    required: false,
    description: 'What a regression of one target predicts.',
  },
  {
    name: 'values',
    type: 'numbers',
    required: false,
    description: "What a regression of several targets predicts, in the manifest's order.",
  },
  { name: 'model_name', type: 'text', required: true, description: 'The name of the model.' },
  { name: 'model_version', type: 'text', required: true, description: 'Its version.' },
  {
    name: 'model_digest',
    type: 'text',
    required: true,
    pattern: '^[0-9a-f]{12}$',
    description: 'The first 12 hex digits of the sha256 of its manifest.',
  },
  { name: 'scored_at', type: 'time', required: true, description: 'When the row was scored.' },
  {
    name: 'passthrough',
    type: 'text',
    required: false,
    description: 'The keys that the manifest hands on, as the text of one JSON object.',
  },
];
