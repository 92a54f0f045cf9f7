/** What a field of a prediction message holds. */
export type MessageFieldType = 'text' | 'integer' | 'number' | 'numbers' | 'time';

/** A field of a prediction message. */
export interface MessageField {
  readonly name: string;
  readonly type: MessageFieldType;
  /**
   * Whether every prediction has it. Of a field that comes after a release say false: to a table that is there,
   * BigQuery adds no column that is REQUIRED (https://cloud.google.com/bigquery/docs/managing-table-schemas).
   */
  readonly required: boolean;
  /** A sentence that is understood alone, beside the name: it describes the table's column too. */
  readonly description: string;
  /** A pattern of ECMA-262 that its text matches. */
  readonly pattern?: string;
}

const FIELDS = [
  {
    name: 'prediction_id',
    type: 'text',
    required: true,
    pattern: '^.+/[0-9]+$',
    description:
      'The id of the prediction, `<message id>/<row>`: the same whenever its message is delivered again or replayed.',
  },
  {
    name: 'message_id',
    type: 'text',
    required: true,
    description: 'The id of the message that brought the row; of a replayed one, that of the first.',
  },
  {
    name: 'publish_time',
    type: 'time',
    required: false,
    description:
      'When the message was published, a replayed one when it was published again; left out where its delivery did not say.',
  },
  {
    name: 'row',
    type: 'integer',
    required: true,
    description: "The row's place in the message, from 0; of a replayed one, its place in the first.",
  },
  {
    name: 'label',
    type: 'text',
    required: false,
    description:
      'The class, as text, whatever it is in the model; of anomaly detectors `-1` (an anomaly) or `1`.',
  },
  {
    name: 'probability',
    type: 'number',
    required: false,
    description: 'The probability of the positive class, 0 to 1; of more than two classes that of the label.',
  },
  {
    name: 'probabilities',
    type: 'numbers',
    required: false,
    description: "The probability of each class, 0 to 1, in the model's order of classes.",
  },
  {
    name: 'score',
    type: 'number',
    required: false,
    description:
      "The decision score of a model without probabilities, signed for two classes and of more that of the label; or an anomaly detector's score.",
  },
  {
    name: 'scores',
    type: 'numbers',
    required: false,
    description:
      "The decision score of each class, in the model's order of classes, where there are more than two.",
  },
  {
    name: 'value',
    type: 'number',
    required: false,
    description: "What a regression of one target predicts, in the target's unit.",
  },
  {
    name: 'values',
    type: 'numbers',
    required: false,
    description:
      "What a regression of several targets predicts, in the manifest's order of targets and in their units.",
  },
  { name: 'model_name', type: 'text', required: true, description: 'The name of the model that predicted.' },
  {
    name: 'model_version',
    type: 'text',
    required: true,
    description: 'The version of the model, as its manifest has it.',
  },
  {
    name: 'model_digest',
    type: 'text',
    required: true,
    pattern: '^[0-9a-f]{12}$',
    description: "The first 12 hex digits of the sha256 of the model's manifest.",
  },
  { name: 'scored_at', type: 'time', required: true, description: 'When the row was scored.' },
  {
    name: 'passthrough',
    type: 'text',
    required: false,
    description: 'The keys that the manifest hands on, as the text of one JSON object.',
  },
] as const satisfies readonly MessageField[];

/** The name of a field of a prediction message. */
export type MessageFieldName = (typeof FIELDS)[number]['name'];

/**
 * The fields of a prediction message, in their order. The published schemas (`samples/schemas`) and the table in
 * `docs/messages.md` are made from this (`npm run schemas`); a test holds all of them and real messages together.
 */
export const MESSAGE_FIELDS: readonly MessageField[] = FIELDS;
