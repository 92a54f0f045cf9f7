import { toPredictionSchema } from '../../../src/encode/prediction-schema.ts';
import { toInstanceSchemas } from '../../../src/features/instance-schema.ts';
import type { JsonSchema } from '../../../src/features/value-schema.ts';
import type { Model } from '../../../src/model/model.ts';
import { readServedManifest } from './served-manifest.ts';

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const FORBIDDEN = false;

type Schemas = Readonly<Record<string, JsonSchema>>;

/** The schemas of bodies: `PredictRequest` and `PredictForm`, and what they are made of. */
export function toRequestSchemas(model: Model): Schemas {
  const { columns, array, features } = toInstanceSchemas(
    model.schema,
    readServedManifest(model).columns ?? [],
  );
  const byName = {
    ...(columns === undefined ? {} : { InstanceByColumns: columns }),
    ...(features === undefined ? {} : { InstanceByFeatures: features }),
  };
  const objects = Object.keys(byName).map(ref);
  return {
    ...byName,
    Features: array,
    Instance: { description: 'One row.', anyOf: [...objects, ref('Features')] },
    PredictRequest: {
      anyOf: [
        ...objects.map((each) => ({ ...each, ...SINGLE })),
        ref('Features'),
        ref('PredictX'),
        ref('PredictInstances'),
        ref('PredictPartial'),
      ],
    },
    PredictX: {
      type: 'object',
      description: "One row as features, in the model's order.",
      properties: { x: ref('Features'), instances: FORBIDDEN },
      required: ['x'],
    },
    PredictInstances: toInstances(ref('Instance'), {
      type: 'object',
      properties: { on_error: { enum: ['fail', null] } },
    }),
    PredictPartial: {
      ...toInstances(
        { description: 'An instance; a bad one has its error at its place in the answer.' },
        { type: 'object', properties: { on_error: { const: 'partial' } }, required: ['on_error'] },
      ),
      required: ['instances', 'parameters'],
    },
    PredictForm: {
      type: 'object',
      properties: {
        x: {
          type: 'string',
          description: "One row as JSON: an array of features, in the model's order, as a rule.",
          contentMediaType: 'application/json',
          contentSchema: ref('Instance'),
        },
      },
      required: ['x'],
    },
  };
}

/** What keeps a row apart from bodies of more: these names have another meaning in the body itself. */
const SINGLE: JsonSchema = { properties: { instances: FORBIDDEN, x: { not: { type: 'array' } } } };

function toInstances(items: JsonSchema, parameters: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: { instances: { type: 'array', items, minItems: 1 }, parameters },
    required: ['instances'],
  };
}

/** The schemas of what predictions are answered with: `Prediction`, `Predictions`, `FormPrediction`, `FormError`. */
export function toResponseSchemas({ output, schema }: Model): Schemas {
  return {
    Prediction: toPredictionSchema(output, schema.passthrough),
    RowError: {
      type: 'object',
      description: 'The place of a bad row under on_error partial.',
      properties: {
        error: {
          type: 'object',
          properties: {
            code: ref('ErrorCode'),
            message: { type: 'string' },
            details: { type: 'array', items: ref('Problem') },
          },
          required: ['code', 'message', 'details'],
        },
      },
      required: ['error'],
    },
    Predictions: {
      type: 'object',
      properties: {
        predictions: { type: 'array', items: { anyOf: [ref('Prediction'), ref('RowError')] } },
        model: ref('Model'),
      },
      required: ['predictions', 'model'],
    },
    FormPrediction: {
      type: 'object',
      properties: {
        model_prediction: { type: 'string', description: 'The label or the value, in brackets.' },
        received_data: { type: 'object', additionalProperties: { type: 'string' } },
      },
      required: ['model_prediction', 'received_data'],
    },
    FormError: {
      type: 'object',
      description: 'An error, where a form was sent.',
      properties: { error_message: { type: 'string' } },
      required: ['error_message'],
    },
  };
}
