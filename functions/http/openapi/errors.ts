import { ERROR_CODES, type ErrorCode } from '../../../src/errors.ts';
import type { JsonSchema } from '../../../src/features/value-schema.ts';
import { jsonOf } from '../../operation.ts';
import { STATUS } from '../status.ts';

/** Codes of what messages, objects and command lines alone can do wrong. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INVALID_MESSAGE',
  'TOO_MANY_FAILED_ROWS',
  'OBJECT_NOT_FOUND',
  'OUTPUT_CONFLICT',
  'INPUT_TOO_LARGE',
  'PUBLISH_FAILED',
  'SUBSCRIPTION_FAILED',
  'OUTPUT_TOO_LARGE',
  'INVALID_CONFIG',
  'USAGE',
]);

/** The codes that this function answers. */
export const HTTP_CODES: readonly ErrorCode[] = (Object.keys(ERROR_CODES) as ErrorCode[]).filter(
  (code) => !ELSEWHERE.has(code),
);

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The body, a row of it or a parameter is wrong.',
  404: 'Nothing is there.',
  405: 'The path takes other methods.',
  413: 'The body is too large.',
  415: 'The body is of no kind that can be scored.',
  429: 'Too much waits to be scored already.',
  500: 'Something unforeseen.',
  503: 'The model is not ready, or the time was over.',
};

const HEADERS: Readonly<Record<number, readonly string[]>> = {
  405: ['Allow'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

const TEXT = { type: 'string' };
const ROW = { type: 'integer', minimum: 0 };

/** The schemas of errors. */
export const ERROR_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  ErrorCode: { enum: HTTP_CODES },
  Error: {
    type: 'object',
    properties: {
      error: { ...TEXT, description: 'A sentence for people.' },
      code: { $ref: '#/components/schemas/ErrorCode', description: 'Of the first bad row.' },
      error_count: { type: 'integer', minimum: 1, description: 'How many rows are bad.' },
      details: { type: 'array', items: { $ref: '#/components/schemas/Problem' }, maxItems: 100 },
    },
    required: ['error', 'code', 'error_count', 'details'],
  },
  Problem: {
    type: 'object',
    description: 'What is wrong with a field, or with a row.',
    properties: {
      row: { ...ROW, description: 'Counted from 0.' },
      line: { ...ROW, description: 'Of a CSV, counted from 1.' },
      column: TEXT,
      feature: TEXT,
      expected: TEXT,
      got: TEXT,
      nearest: { ...TEXT, description: 'What was probably meant.' },
      code: { $ref: '#/components/schemas/ErrorCode' },
    },
    required: ['expected', 'got', 'code'],
  },
};

/** The status of a response that is made of errors, and its name among the components. */
export interface ErrorResponse {
  readonly status: number;
  readonly name: string;
  readonly response: JsonSchema;
}

/** One response for each status that errors have. */
export const ERROR_RESPONSES: readonly ErrorResponse[] = [...new Set(HTTP_CODES.map((code) => STATUS[code]))]
  .sort((a, b) => a - b)
  .map((status) => ({ status, name: `Error${status}`, response: toResponse(status) }));

/** The response of one status, with other bodies that it may have beside the usual one. */
export function toResponse(status: number, others: readonly JsonSchema[] = []): JsonSchema {
  const codes = HTTP_CODES.filter((code) => STATUS[code] === status);
  const usual = { $ref: '#/components/schemas/Error', properties: { code: { enum: codes } } };
  const headers = HEADERS[status] ?? [];
  return {
    description: DESCRIPTIONS[status] ?? codes.join(', '),
    headers: Object.fromEntries(headers.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    content: jsonOf(others.length === 0 ? usual : { anyOf: [usual, ...others] }),
  };
}
