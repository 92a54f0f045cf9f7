// What the published schema of prediction messages accepts and refuses.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Schema, Validator } from '@cfworker/json-schema';
import schema from '../../samples/schemas/prediction.schema.json' with { type: 'json' };

// The library's type wants literal types, which an imported JSON file does not have.
const validator = new Validator(schema as Schema, '2020-12', false);

const MESSAGE = {
  prediction_id: '42/0',
  message_id: '42',
  row: 0,
  model_name: 'm',
  model_version: '1',
  model_digest: '0123456789ab',
  scored_at: '2026-01-02T03:04:06.000Z',
};

/** The errors of a message with other members; one that is undefined is left out. */
function validate(change: Readonly<Record<string, unknown>>): readonly unknown[] {
  return validator.validate(JSON.parse(JSON.stringify({ ...MESSAGE, ...change }))).errors;
}

describe('the prediction schema accepts', () => {
  for (const [what, change] of [
    ['what every message has, alone', {}],
    ['an id with slashes', { prediction_id: 'a/b/12', message_id: 'a/b' }],
    ['a number that is none', { probability: null }],
    ['a time in another zone', { publish_time: '2026-01-02T03:04:05.123456+01:00' }],
  ] as const) {
    test(what, () => assert.deepEqual(validate(change), []));
  }
});

describe('the prediction schema refuses', () => {
  const without = Object.keys(MESSAGE).map(
    (name) => [`a message without ${name}`, { [name]: undefined }] as const,
  );
  for (const [what, change] of [
    ['a field that no message has', { proba: 0.5 }],
    ['an id without its row', { prediction_id: '42' }],
    ['a row before the first', { row: -1 }],
    ['a row between two', { row: 0.5 }],
    ['a label that is no text', { label: 1 }],
    ['a list with a gap', { values: [1, null] }],
    ['a list of texts', { probabilities: ['0.5'] }],
    ['a digest in capitals', { model_digest: '0123456789AB' }],
    ['a digest that is not cut', { model_digest: '0'.repeat(64) }],
    ['a time in words', { scored_at: 'now' }],
    ['an object to hand on that is no text', { passthrough: { id: 7 } }],
    ...without,
  ] as const) {
    test(what, () => assert.notDeepEqual(validate(change), []));
  }
});
