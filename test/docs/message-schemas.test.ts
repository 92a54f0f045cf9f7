// What is said of prediction messages, in the code, the published schemas and the documents, and the messages themselves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { type Schema, Validator } from '@cfworker/json-schema';
import { toBigQuerySchema, toJsonSchema } from '../../scripts/message-schemas.ts';
import { toPredictionMessage } from '../../src/encode/message.ts';
import { MESSAGE_FIELDS } from '../../src/encode/message-fields.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import { isObject } from '../../src/json-object.ts';
import { scoreRows } from '../../src/score.ts';
import { EXPORTED_MODELS, initExported, openExported } from '../exported-models.ts';
import { rowsOf } from './tables.ts';

const schemas = join(import.meta.dirname, '../../samples/schemas');
const validator = new Validator(toJsonSchema() as Schema, '2020-12', false);

test('the published schemas are what npm run schemas writes', () => {
  const read = (name: string): string => readFileSync(join(schemas, name), 'utf8');
  assert.equal(read('prediction.schema.json'), `${JSON.stringify(toJsonSchema(), null, 2)}\n`);
  assert.equal(read('prediction.bigquery.json'), `${JSON.stringify(toBigQuerySchema(), null, 2)}\n`);
});

test('docs/messages.md lists the fields as the code does, and no other', () => {
  assert.deepEqual(
    rowsOf('messages.md', 'Out: predictions'),
    MESSAGE_FIELDS.map(({ name, type, required, description }) => [
      name,
      required ? type : `${type}, optional`,
      description.replaceAll('`', ''),
    ]),
  );
});

describe('a prediction message', () => {
  const seen = new Set<string>();
  for (const exported of EXPORTED_MODELS) {
    it(`of ${exported.name} is what the schemas say`, async () => {
      const model = await openExported(exported, { ...(await initExported(exported)), passthrough: ['id'] });
      try {
        const instances = exported.instances.map((each) => (isObject(each) ? { ...each, id: 7 } : each));
        const scored = await scoreRows(model, encodeInstances(model.schema, instances));
        assert.equal(scored.rows.length, instances.length);
        const origin = { messageId: '42', publishTime: '2026-01-02T03:04:05.678Z' };
        for (const [index, row] of scored.rows.entries()) {
          const data = toPredictionMessage(
            { ...origin, row },
            model.identity,
            scored,
            index,
            '2026-01-02T03:04:06.000Z',
          );
          const message = JSON.parse(data.toString()) as Record<string, unknown>; // it is an object
          const { valid, errors } = validator.validate(message);
          assert.ok(valid, `${data}: ${JSON.stringify(errors)}`);
          assertFitsTable(message);
          assertOrder(Object.keys(message));
          for (const name of Object.keys(message)) seen.add(name);
        }
      } finally {
        await model.release();
      }
    });
  }

  it('has every field in one model or another', () => {
    const missing = MESSAGE_FIELDS.map(({ name }) => name).filter((name) => !seen.has(name));
    assert.deepEqual(missing, []);
  });

  it('leaves out a list with a number that is none, which BigQuery would refuse, and what is not known', () => {
    const kind = { kind: 'probabilities', classes: [0, 1], everyClass: true } as const;
    const predictions = {
      kind,
      rows: 1,
      labels: [1],
      probability: Float32Array.of(Number.NaN),
      probabilities: Float32Array.of(0.5, Number.NaN),
      score: new Float32Array(),
      scores: new Float32Array(),
      values: new Float32Array(),
    };
    const data = toPredictionMessage(
      { messageId: '42', publishTime: undefined, row: 3 },
      { name: 'm', version: '1', digest: '0123456789ab' },
      { predictions, passthrough: ['{"id":7}'] },
      0,
      '2026-01-02T03:04:06.000Z',
    );
    const message = JSON.parse(data.toString()) as Record<string, unknown>; // it is an object
    assert.deepEqual(message, {
      prediction_id: '42/3',
      message_id: '42',
      row: 3,
      label: '1',
      probability: null,
      model_name: 'm',
      model_version: '1',
      model_digest: '0123456789ab',
      scored_at: '2026-01-02T03:04:06.000Z',
      passthrough: '{"id":7}',
    });
    assert.ok(validator.validate(message).valid);
    assertFitsTable(message);
  });
});

/** Whether members stand as the table has them. */
function assertOrder(names: readonly string[]): void {
  const present = MESSAGE_FIELDS.map(({ name }) => name).filter((name) => names.includes(name));
  assert.deepEqual(names, present);
}

/** Whether BigQuery takes a message as a row: https://cloud.google.com/pubsub/docs/bigquery#table-schema */
function assertFitsTable(message: Readonly<Record<string, unknown>>): void {
  const columns = toBigQuerySchema() as readonly { name: string; type: string; mode: string }[];
  assert.deepEqual(
    Object.keys(message).filter((name) => !columns.some((column) => column.name === name)),
    [],
  );
  for (const { name, type, mode } of columns) {
    const value = message[name];
    if (mode === 'REPEATED') {
      assert.ok(value === undefined || (Array.isArray(value) && value.every(Number.isFinite)), name);
    } else if (mode === 'REQUIRED' || (value !== undefined && value !== null)) {
      assert.equal(typeof value, ['INTEGER', 'FLOAT'].includes(type) ? 'number' : 'string', name);
      if (type === 'INTEGER') assert.ok(Number.isSafeInteger(value), name);
      if (type === 'TIMESTAMP') assert.match(String(value), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
    }
  }
}
