import { jsonOf, type Operation, type Operations } from './operation.ts';

const TEXT = { type: 'string' };
const TIME = { type: 'string', format: 'date-time' };

const HEALTH: Operation = {
  summary: 'Says that the process lives',
  responses: {
    200: {
      description: 'It does.',
      content: jsonOf({ type: 'object', properties: { status: { const: 'ok' } }, required: ['status'] }),
    },
  },
};

const READY: Operation = {
  summary: 'Says whether the model serves, and which',
  responses: {
    200: { description: 'It serves.', content: jsonOf({ $ref: '#/components/schemas/Ready' }) },
    503: {
      description: 'It is being loaded, or its load failed.',
      headers: { 'Retry-After': { $ref: '#/components/headers/Retry-After' } },
      content: jsonOf({ $ref: '#/components/schemas/NotReady' }),
    },
  },
  schemas: {
    Ready: {
      type: 'object',
      properties: {
        ready: { const: true },
        model: { $ref: '#/components/schemas/Model' },
        since: { ...TIME, description: 'When this model came to be served.' },
        refresh: {
          type: 'object',
          description: 'Why the model that is in its place now is not served.',
          properties: { error: TEXT, since: TIME },
          required: ['error', 'since'],
        },
      },
      required: ['ready', 'model', 'since'],
    },
    NotReady: {
      type: 'object',
      properties: {
        ready: { const: false },
        state: { enum: ['loading', 'failed', 'stopping'] },
        error: TEXT,
      },
      required: ['ready', 'state', 'error'],
    },
  },
};

/** What `/health` and `/ready` answer. */
export const PROBE_OPERATIONS = {
  health: { GET: () => HEALTH },
  ready: { GET: () => READY },
} as const satisfies Record<string, Operations>;
