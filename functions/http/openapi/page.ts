import type { Operation } from '../../operation.ts';

const HTML = { 'text/html': { schema: { type: 'string' } } };
const ETAG = { ETag: { description: 'Of this page.', required: true, schema: { type: 'string' } } };

/** The page to try the model. */
export const PAGE_OPERATION: Operation = {
  summary: 'A page to try the model in a browser',
  responses: {
    200: { description: 'The page.', headers: ETAG, content: HTML },
    304: { description: 'It is the one that is known.', headers: ETAG },
    503: {
      description: 'A page that says why there is no model yet.',
      headers: { 'Retry-After': { $ref: '#/components/headers/Retry-After' } },
      content: HTML,
    },
  },
};
