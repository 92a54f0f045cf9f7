import { toIdentityText } from '../../../src/encode/prediction.ts';
import { ScorerError, show } from '../../../src/errors.ts';
import type { JsonSchema } from '../../../src/features/value-schema.ts';
import type { Model } from '../../../src/model/model.ts';
import type { Describe, Operation } from '../../operation.ts';
import type { Route } from '../../router.ts';
import { ERROR_RESPONSES, ERROR_SCHEMAS } from './errors.ts';
import { readServedManifest } from './served-manifest.ts';

/** Headers of answers, by name. */
const HEADERS = {
  'X-Request-Id': {
    description: "The request's own, or a new one.",
    required: true,
    schema: { type: 'string', pattern: '^[!-~]{1,128}$' },
  },
  'X-Model': {
    description: 'The model that made the answer: name/version@digest.',
    required: true,
    schema: { type: 'string', pattern: '^.+/.+@[0-9a-f]{12}$' },
  },
  'Retry-After': {
    description: 'Seconds to wait before trying again.',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
  Allow: { description: 'The methods that the path takes.', required: true, schema: { type: 'string' } },
} as const;

const MODEL_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'Which model made an answer.',
  properties: {
    name: { type: 'string' },
    version: { type: 'string' },
    digest: { type: 'string', pattern: '^[0-9a-f]{12}$' },
  },
  required: ['name', 'version', 'digest'],
};

/** Answered by every path, whatever it is for. */
const EVERYWHERE: ReadonlySet<number> = new Set([405, 500]);

/**
 * Makes the OpenAPI 3.1 document of a model behind routes: https://spec.openapis.org/oas/v3.1.1.html. A route without
 * operations is not in it.
 *
 * @throws ScorerError `INTERNAL` where two operations have different schemas of one name
 */
export async function createDocument(
  routes: ReadonlyMap<string, Route>,
  model: Model,
): Promise<Readonly<Record<string, unknown>>> {
  const { name, version } = model.identity;
  const { description } = readServedManifest(model);
  const about = `Predictions of the model ${toIdentityText(model.identity)}.`;
  const describe = rememberOperations(model);
  const schemas = new Map<string, JsonSchema>(Object.entries({ Model: MODEL_SCHEMA, ...ERROR_SCHEMAS }));
  const paths: Record<string, JsonSchema> = {};
  const toId = createIds();
  for (const [path, route] of routes) {
    const operations: Record<string, JsonSchema> = {};
    for (const [method, describeIt] of Object.entries(route.operations ?? {})) {
      const operation = await describe(describeIt);
      addSchemas(schemas, operation);
      operations[method.toLowerCase()] = toOperationObject(operation, path, toId(method, path));
      if (method === 'GET' && route.methods.includes('HEAD')) {
        operations['head'] = toOperationObject(withoutBodies(operation), path, toId('HEAD', path));
      }
    }
    if (Object.keys(operations).length === 0) continue;
    operations['options'] = toOperationObject(OPTIONS, path, toId('OPTIONS', path));
    paths[path] = operations;
  }
  return {
    openapi: '3.1.1',
    info: {
      title: name,
      version,
      description: description === undefined ? about : `${description}\n\n${about}`,
    },
    servers: [{ url: './' }],
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      headers: HEADERS,
      responses: Object.fromEntries(ERROR_RESPONSES.map((each) => [each.name, withRequestId(each.response)])),
    },
  };
}

/** Routes may share an operation, which is made once. */
function rememberOperations(model: Model): (describe: Describe) => Promise<Operation> {
  const made = new Map<Describe, Promise<Operation>>();
  return (describe) => {
    const operation = made.get(describe) ?? Promise.resolve(describe(model));
    made.set(describe, operation);
    return operation;
  };
}

function addSchemas(schemas: Map<string, JsonSchema>, operation: Operation): void {
  for (const [name, schema] of Object.entries(operation.schemas ?? {})) {
    const known = schemas.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new ScorerError(`There are two schemas ${show(name)}.`, { code: 'INTERNAL' });
    }
    schemas.set(name, schema);
  }
}

const OPTIONS: Operation = {
  summary: 'Says which methods the path takes',
  responses: {
    204: { description: 'See the header.', headers: { Allow: { $ref: '#/components/headers/Allow' } } },
  },
};

/** The answer to HEAD has the headers of that to GET, and nothing else. */
function withoutBodies({ responses, ...rest }: Operation): Operation {
  const bare = Object.entries(responses).map(([status, response]) => {
    const { content: _, ...head } = response;
    return [status, head] as const;
  });
  return { ...rest, summary: `${rest.summary}: the headers alone`, responses: Object.fromEntries(bare) };
}

function toOperationObject(operation: Operation, path: string, operationId: string): JsonSchema {
  const { schemas: _, parameters = [], responses, ...rest } = operation;
  const named = new Set(parameters.map((each) => each['name']));
  const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  const ofPath = names
    .filter((name) => !named.has(name))
    .map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const usual = ERROR_RESPONSES.filter(
    ({ status }) => EVERYWHERE.has(status) || (status === 404 && names.length > 0),
  ).map(({ status, name }) => [status, { $ref: `#/components/responses/${name}` }] as const);
  const own = Object.entries(responses).map(([status, each]) => [status, withRequestId(each)] as const);
  return {
    operationId,
    ...rest,
    ...(parameters.length + ofPath.length === 0 ? {} : { parameters: [...ofPath, ...parameters] }),
    responses: Object.fromEntries([...usual, ...own]),
  };
}

function withRequestId(response: JsonSchema): JsonSchema {
  if ('$ref' in response) return response;
  const headers = response['headers'] as JsonSchema | undefined; // as all responses are written
  return {
    ...response,
    headers: { ...headers, 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } },
  };
}

/** Makes names for generated clients, such as `postPredict`; no two are equal. */
function createIds(): (method: string, path: string) => string {
  const taken = new Set<string>();
  return (method, path) => {
    const words = path.match(/\w+/g) ?? ['root'];
    const base = method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
    let id = base;
    for (let count = 2; taken.has(id); count += 1) id = `${base}_${count}`;
    taken.add(id);
    return id;
  };
}
