import { hash } from 'node:crypto';
import type { PredictParts } from '../../../src/compose.ts';
import type { Model } from '../../../src/model/model.ts';
import { type Answer, toJsonAnswer } from '../../answer.ts';
import { jsonOf, type Operation } from '../../operation.ts';
import type { Request, Route } from '../../router.ts';
import { hasTag } from '../entity-tag.ts';
import { withReadyModel } from '../ready-model.ts';

/** Where the description is. */
export const OPENAPI_PATH = '/openapi.json';

const UNCHANGED = 304;

interface Made {
  readonly digest: string;
  readonly text: string;
  readonly tag: string;
}

/**
 * The route that describes routes, itself too, and the model behind them. The description is made once for a model;
 * it is asked for again with `If-None-Match`.
 *
 * @param routes those that there are when it is asked for
 */
export function createOpenApiRoute(parts: PredictParts, routes: ReadonlyMap<string, Route>): Route {
  let last: { readonly digest: string; readonly made: Promise<Made> } | undefined;
  const remember = (model: Model): Promise<Made> => {
    const { digest } = model.identity;
    if (last?.digest === digest) return last.made;
    const made = make(routes, model);
    last = { digest, made };
    made.catch(() => {
      if (last?.made === made) last = undefined;
    });
    return made;
  };
  return {
    methods: ['GET', 'HEAD'],
    operations: { GET: () => OPERATION },
    answer: (request) => withReadyModel(parts, async (model) => toAnswer(await remember(model), request)),
  };
}

async function make(routes: ReadonlyMap<string, Route>, model: Model): Promise<Made> {
  const { createDocument } = await import('./document.ts');
  const text = JSON.stringify(await createDocument(routes, model));
  return { digest: model.identity.digest, text, tag: `"${hash('sha256', text).slice(0, 16)}"` };
}

function toAnswer({ text, tag }: Made, { headers }: Request): Answer {
  const kept = { ETag: tag, 'Cache-Control': 'no-cache' };
  if (hasTag(headers['if-none-match'], tag))
    return { status: UNCHANGED, contentType: '', body: '', headers: kept };
  return toJsonAnswer(200, text, kept);
}

const ETAG = {
  ETag: { description: 'Of this description.', required: true, schema: { type: 'string' } },
  'Cache-Control': { required: true, schema: { const: 'no-cache' } },
};

const OPERATION: Operation = {
  summary: 'Describes this function and its model',
  parameters: [
    {
      name: 'If-None-Match',
      in: 'header',
      description: 'The ETag of a description that is known.',
      schema: { type: 'string' },
    },
  ],
  responses: {
    200: { description: 'An OpenAPI document.', headers: ETAG, content: jsonOf({ type: 'object' }) },
    304: { description: 'It is the one that is known.', headers: ETAG },
    503: { $ref: '#/components/responses/Error503' },
  },
};
