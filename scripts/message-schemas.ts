import { MESSAGE_FIELDS, type MessageFieldType } from '../src/encode/message-fields.ts';

/** A number that a model can't give (NaN) is null; a list that would hold one is left out. */
const JSON_TYPES: Readonly<Record<MessageFieldType, object>> = {
  text: { type: 'string' },
  integer: { type: 'integer', minimum: 0 },
  number: { type: ['number', 'null'] },
  numbers: { type: 'array', items: { type: 'number' } },
  time: { type: 'string', format: 'date-time' },
};

/** https://cloud.google.com/bigquery/docs/schemas#standard_sql_data_types, by the names that a schema in JSON takes. */
const BIGQUERY_TYPES: Readonly<Record<MessageFieldType, string>> = {
  text: 'STRING',
  integer: 'INTEGER',
  number: 'FLOAT',
  numbers: 'FLOAT',
  time: 'TIMESTAMP',
};

/** The JSON Schema of a prediction message. */
export function toJsonSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Prediction',
    description: 'One prediction, as the data of a message on the topic of predictions.',
    type: 'object',
    properties: Object.fromEntries(
      MESSAGE_FIELDS.map(({ name, type, pattern, description }) => [
        name,
        {
          ...JSON_TYPES[type],
          ...(pattern === undefined ? {} : { pattern }),
          description: toPlain(description),
        },
      ]),
    ),
    required: MESSAGE_FIELDS.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** The schema of a BigQuery table that a subscription writes predictions into, with `use_table_schema`. */
export function toBigQuerySchema(): readonly object[] {
  return MESSAGE_FIELDS.map(({ name, type, required, description }) => ({
    name,
    type: BIGQUERY_TYPES[type],
    mode: type === 'numbers' ? 'REPEATED' : required ? 'REQUIRED' : 'NULLABLE',
    description: toPlain(description),
  }));
}

function toPlain(markdown: string): string {
  return markdown.replaceAll('`', '');
}
