import type { PredictParts } from '../../../src/compose.ts';
import { ScorerError } from '../../../src/errors.ts';
import type { Answer } from '../../answer.ts';
import type { Request, Route } from '../../router.ts';
import { PAGE_OPERATION } from '../openapi/page.ts';
import { withReadyModel } from '../ready-model.ts';
import { STATUS } from '../status.ts';

/** A route that others ask for predictions, and browsers, with GET, for the page to try the model. */
export function withPage(parts: PredictParts, predictions: Route): Route {
  return {
    ...predictions,
    methods: ['GET', 'HEAD', ...predictions.methods],
    operations: { ...predictions.operations, GET: () => PAGE_OPERATION },
    answer: (request, query, names) =>
      request.method === 'GET' || request.method === 'HEAD'
        ? answerPageOf(parts, request)
        : predictions.answer(request, query, names),
  };
}

/** The page, whatever the request accepts; its modules are loaded for the first who asks. */
async function answerPageOf(parts: PredictParts, { headers }: Request): Promise<Answer> {
  const { answerNotReady, answerPage } = await import('./answer-page.ts');
  try {
    return await withReadyModel(parts, async (model) => answerPage(model, headers['if-none-match']));
  } catch (error) {
    if (!(error instanceof ScorerError) || error.code !== 'MODEL_NOT_READY') throw error;
    return answerNotReady(STATUS[error.code], error);
  }
}
