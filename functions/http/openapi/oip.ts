import { DATATYPES } from '../../../src/decode/oip-datatype.ts';
import type { JsonSchema } from '../../../src/features/value-schema.ts';
import type { Model } from '../../../src/model/model.ts';
import { jsonOf, type Operation } from '../../operation.ts';
import { createAdmission } from '../admission.ts';
import { infer } from '../oip/infer.ts';
import { outputsOf, toMetadataJson } from '../oip/metadata.ts';
import { ERROR_RESPONSES, toResponse } from './errors.ts';
import { findSampleRow } from './examples.ts';

const TEXT = { type: 'string' };
const SHAPE = { type: 'array', items: { type: 'integer' }, minItems: 1 };
const PARAMETERS = {
  type: 'object',
  additionalProperties: { type: ['string', 'number', 'boolean'] },
};

/** What a server says of itself. */
export function describeServer(): Operation {
  const properties = { name: TEXT, version: TEXT, extensions: { type: 'array', items: TEXT } };
  return {
    summary: 'Open Inference Protocol: what this server is',
    responses: { 200: ok({ type: 'object', properties, required: ['name', 'version', 'extensions'] }) },
  };
}

/** That the process lives. */
export function describeLive(): Operation {
  return {
    summary: 'Open Inference Protocol: says that the process lives',
    responses: { 200: ok({ type: 'object', properties: { live: { const: true } }, required: ['live'] }) },
  };
}

/** Whether the model serves. */
export function describeReady(): Operation {
  const of = (ready: boolean): JsonSchema => ({
    type: 'object',
    properties: { live: { const: true }, ready: { const: ready } },
    required: ['live', 'ready'],
  });
  return {
    summary: 'Open Inference Protocol: says whether the model serves',
    responses: { 200: ok(of(true)), 503: unavailable(of(false)) },
  };
}

/** Whether a model serves that is named. */
export function describeModelReady(model: Model): Operation {
  const of = (ready: boolean): JsonSchema => ({
    type: 'object',
    properties: { name: TEXT, ready: { const: ready } },
    required: ['name', 'ready'],
  });
  return {
    summary: 'Open Inference Protocol: says whether this model serves',
    parameters: toPathParameters(model),
    responses: { 200: ok(of(true)), 503: unavailable(of(false)) },
  };
}

/** What a model takes and gives. */
export function describeMetadata(model: Model): Operation {
  const tensors = { type: 'array', items: { $ref: '#/components/schemas/TensorMetadata' } };
  return {
    summary: 'Open Inference Protocol: inputs and outputs of the model',
    parameters: toPathParameters(model),
    responses: {
      200: ok({
        type: 'object',
        properties: {
          ...{ name: TEXT, versions: { type: 'array', items: TEXT }, platform: TEXT },
          ...{ inputs: tensors, outputs: tensors, parameters: PARAMETERS },
        },
        required: ['name', 'versions', 'platform', 'inputs', 'outputs'],
      }),
      503: { $ref: '#/components/responses/Error503' },
    },
    schemas: {
      TensorMetadata: {
        type: 'object',
        properties: { name: TEXT, datatype: { enum: [...DATATYPES] }, shape: SHAPE },
        required: ['name', 'datatype', 'shape'],
      },
    },
  };
}

/** The models there are. */
export function describeIndex(): Operation {
  const entry = {
    type: 'object',
    properties: { name: TEXT, version: TEXT, state: { const: 'READY' }, reason: TEXT },
    required: ['name'],
  };
  return {
    summary: 'Open Inference Protocol: the models of the repository',
    requestBody: { required: false, content: jsonOf({ type: 'object' }) },
    responses: {
      200: ok({ type: 'array', items: entry }),
      ...Object.fromEntries(
        [400, 413, 503].map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
      ),
    },
  };
}

/** Scores tensors. */
export async function describeInference(model: Model): Promise<Operation> {
  const example = await makeExample(model);
  const [request, response] = [{ ...jsonOf(toRequest(model)) }, { ...jsonOf(RESPONSE) }];
  return {
    summary: 'Open Inference Protocol: scores rows that come as tensors',
    description: 'Any bad row fails the request. Binary tensors are refused.',
    parameters: toPathParameters(model),
    requestBody: { required: true, content: withExample(request, example?.request) },
    responses: {
      200: {
        description: 'The predictions.',
        headers: { 'X-Model': { $ref: '#/components/headers/X-Model' } },
        content: withExample(response, example?.response),
      },
      ...Object.fromEntries(ERROR_RESPONSES.map(({ status }) => [status, toResponse(status)])),
    },
  };
}

const RESPONSE: JsonSchema = {
  type: 'object',
  properties: {
    ...{ model_name: TEXT, model_version: TEXT, id: TEXT },
    outputs: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: TEXT, datatype: { enum: [...DATATYPES] }, shape: SHAPE, data: { type: 'array' } },
        required: ['name', 'datatype', 'shape', 'data'],
      },
    },
  },
  required: ['model_name', 'model_version', 'outputs'],
};

function toRequest(model: Model): JsonSchema {
  const names = outputsOf(model).map(({ name }) => name);
  const output = {
    type: 'object',
    properties: { name: { enum: names }, parameters: PARAMETERS },
    required: ['name'],
  };
  const input = {
    type: 'object',
    properties: {
      ...{ name: TEXT, datatype: { enum: [...DATATYPES] }, parameters: PARAMETERS },
      shape: { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1 },
      data: { type: 'array', description: 'Nested as the shape says, or flat.' },
    },
    required: ['name', 'datatype', 'shape', 'data'],
  };
  return {
    type: 'object',
    properties: {
      ...{ id: TEXT, parameters: PARAMETERS },
      inputs: { type: 'array', items: input, minItems: 1 },
      outputs: { type: 'array', items: output },
    },
    required: ['inputs'],
  };
}

/** The one model and version that is served: others are answered 404. */
function toPathParameters({ identity }: Model): readonly JsonSchema[] {
  return [{ name: 'model', in: 'path', required: true, schema: { enum: [identity.name] } }];
}

/** The same for routes that name the version, too. */
export function withVersion<T extends Operation>(operation: T, { identity }: Model): T {
  const version = { name: 'version', in: 'path', required: true, schema: { enum: [identity.version] } };
  return { ...operation, parameters: [...(operation.parameters ?? []), version] };
}

function ok(schema: JsonSchema): JsonSchema {
  return { description: 'It is so.', content: jsonOf(schema) };
}

function unavailable(schema: JsonSchema): JsonSchema {
  const headers = { 'Retry-After': { $ref: '#/components/headers/Retry-After' } };
  return { description: 'It does not yet.', headers, content: jsonOf(schema) };
}

interface Example {
  readonly request: unknown;
  readonly response: unknown;
}

/** A row that the model takes, as tensors, and what it answers; undefined where it takes no row. */
async function makeExample(model: Model): Promise<Example | undefined> {
  const row = await findSampleRow(model);
  if (row === undefined) return undefined;
  const { inputs } = JSON.parse(toMetadataJson(model)) as {
    readonly inputs: readonly {
      readonly name: string;
      readonly datatype: string;
      readonly shape: number[];
    }[];
  };
  let start = 0;
  const tensors = inputs.map(({ name, datatype, shape: [, width = 1] }) => {
    const own = row.features.slice(start, start + width);
    start += width;
    const data = row.isByColumns ? [(row.instance as Readonly<Record<string, unknown>>)[name]] : own;
    return { name, datatype, shape: [1, width], data };
  });
  const request = { inputs: tensors };
  const { status, body } = await infer(
    model,
    Buffer.from(JSON.stringify(request)),
    createAdmission().admit(0, {}),
  );
  return status === 200 ? { request, response: JSON.parse(String(body)) } : undefined;
}

function withExample(content: JsonSchema, value: unknown): JsonSchema {
  if (value === undefined) return content;
  const media = content['application/json'] as JsonSchema; // as jsonOf makes it
  return { 'application/json': { ...media, examples: { row: { summary: 'One row', value } } } };
}
