import type { JsonSchema } from '../../../src/features/value-schema.ts';
import type { Model } from '../../../src/model/model.ts';
import type { Operation } from '../../operation.ts';
import type { LoadDocumentScorer } from '../predict.ts';
import { ERROR_RESPONSES, toResponse } from './errors.ts';
import { type Example, makeExamples, toExampleObjects } from './examples.ts';
import { toRequestSchemas, toResponseSchemas } from './predict-schemas.ts';

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const ON_ERROR: JsonSchema = {
  enum: ['fail', 'partial'],
  default: 'fail',
  description:
    'What a bad row of NDJSON or CSV does: fail the request, or only its own place in the answer. ' +
    'JSON has it among its own parameters.',
};

/** Describes how rows are scored: the bodies that the model takes, and its predictions. */
export async function describePrediction(
  model: Model,
  loadDocumentScorer: LoadDocumentScorer,
): Promise<Operation> {
  const examples = await makeExamples(model, loadDocumentScorer);
  return {
    summary: 'Scores rows',
    description:
      'The body is JSON (one row, or several as `instances`), a form, NDJSON or CSV, compressed with gzip, br or ' +
      'deflate or as it is; 32 MiB at most. Rows come back as they were ' +
      'sent, or as `Accept` asks: JSON, NDJSON or CSV.',
    parameters: [{ name: 'on_error', in: 'query', schema: ON_ERROR }],
    requestBody: { required: true, content: toRequestContent(examples) },
    responses: {
      200: {
        description: 'The predictions, in the order of the rows.',
        headers: { 'X-Model': { $ref: '#/components/headers/X-Model' } },
        content: toResponseContent(examples),
      },
      ...Object.fromEntries(
        ERROR_RESPONSES.map(({ status }) => [status, toResponse(status, [ref('FormError')])]),
      ),
    },
    schemas: { ...toRequestSchemas(model), ...toResponseSchemas(model) },
  };
}

function toRequestContent(examples: readonly Example[]): JsonSchema {
  return {
    'application/json': { schema: ref('PredictRequest'), ...toExampleObjects(examples, ['json'], 'request') },
    'application/x-www-form-urlencoded': {
      schema: ref('PredictForm'),
      ...toExampleObjects(examples, ['form'], 'request'),
    },
    'application/x-ndjson': {
      schema: { type: 'string', description: 'One instance a line.' },
      ...toExampleObjects(examples, ['ndjson'], 'request'),
    },
    'text/csv': {
      schema: {
        type: 'string',
        description: "A header with the model's columns, or its features, and a line a row.",
      },
      ...toExampleObjects(examples, ['csv'], 'request'),
    },
  };
}

function toResponseContent(examples: readonly Example[]): JsonSchema {
  return {
    'application/json': {
      schema: { anyOf: [ref('Prediction'), ref('Predictions'), ref('FormPrediction')] },
      ...toExampleObjects(examples, ['json', 'form'], 'response'),
    },
    'application/x-ndjson': {
      schema: { type: 'string', description: 'One prediction a line.' },
      ...toExampleObjects(examples, ['ndjson'], 'response'),
    },
    'text/csv': {
      schema: { type: 'string', description: 'The same rows, with the columns of their predictions.' },
      ...toExampleObjects(examples, ['csv'], 'response'),
    },
  };
}
