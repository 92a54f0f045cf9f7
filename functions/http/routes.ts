import type { HttpParts } from '../../src/compose.ts';
import type { Model } from '../../src/model/model.ts';
import type { Handler } from '../listener.ts';
import type { Operation } from '../operation.ts';
import { createProbes } from '../probes.ts';
import { toRequestId } from '../request-id.ts';
import { createRouter, type Route } from '../router.ts';
import { ADMISSION_LIMITS, type Admission, type AdmissionLimits, createAdmission } from './admission.ts';
import { answerPrediction, type PredictOptions } from './answer-prediction.ts';
import { createCrossOrigin } from './cross-origin.ts';
import { toErrorAnswer } from './error-answer.ts';
import { createOipRoutes } from './oip/routes.ts';
import { createOpenApiRoute, OPENAPI_PATH } from './openapi/route.ts';
import { withPage } from './page/route.ts';
import { createVertexRoutes } from './vertex.ts';

/**
 * Makes the handler of the prediction function: every answer is JSON, but for the page, and for rows that came as
 * CSV or NDJSON or are asked for so.
 */
export function createPredictHandler(parts: HttpParts, limits: AdmissionLimits = ADMISSION_LIMITS): Handler {
  const routes = createPredictRoutes(parts, createAdmission(limits));
  const toCrossOrigin = createCrossOrigin(parts.corsOrigins);
  return createRouter(routes, (error, request) => toErrorAnswer(parts, error, request), {
    toHeaders: (request) => ({ ...toCrossOrigin(request), 'X-Request-Id': toRequestId(request) }),
  });
}

/** All routes of the prediction function by path, and the one that describes them. */
export function createPredictRoutes(parts: HttpParts, admission: Admission): ReadonlyMap<string, Route> {
  const describePredictions = async (model: Model): Promise<Operation> =>
    (await import('./openapi/predict.ts')).describePrediction(model, parts.loadDocumentScorer);
  const toPredictions = (options: PredictOptions): Route => ({
    methods: ['POST'],
    answer: (request, query) => answerPrediction(parts, admission, request, query, options),
    operations: { POST: describePredictions },
  });
  const predictions = toPredictions({ isVertex: false });
  const routes = new Map([
    ['/', withPage(parts, predictions)],
    ['/predict', predictions],
    ...createProbes(parts),
    ...createOipRoutes(parts, admission),
    ...createVertexRoutes(parts, toPredictions({ isVertex: true })),
  ]);
  return routes.set(OPENAPI_PATH, createOpenApiRoute(parts, routes));
}
