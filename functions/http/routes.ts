import type { HttpParts } from '../../src/compose.ts';
import type { Handler } from '../listener.ts';
import { createProbes } from '../probes.ts';
import { toRequestId } from '../request-id.ts';
import { createRouter, type Route } from '../router.ts';
import { ADMISSION_LIMITS, type AdmissionLimits, createAdmission } from './admission.ts';
import { answerPrediction, type PredictOptions } from './answer-prediction.ts';
import { createCrossOrigin } from './cross-origin.ts';
import { toErrorAnswer } from './error-answer.ts';
import { createOipRoutes } from './oip/routes.ts';
import { withPage } from './page/route.ts';
import { createVertexRoutes } from './vertex.ts';

/**
 * Makes the handler of the prediction function: every answer is JSON, but for the page, and for rows that came as
 * CSV or NDJSON or are asked for so.
 */
export function createPredictHandler(parts: HttpParts, limits: AdmissionLimits = ADMISSION_LIMITS): Handler {
  const admission = createAdmission(limits);
  const toPredictions = (options: PredictOptions): Route => ({
    methods: ['POST'],
    answer: (request, query) => answerPrediction(parts, admission, request, query, options),
  });
  const predictions = toPredictions({ isVertex: false });
  const routes = new Map([
    ['/', withPage(parts, predictions)],
    ['/predict', predictions],
    ...createProbes(parts),
    ...createOipRoutes(parts, admission),
    ...createVertexRoutes(parts, toPredictions({ isVertex: true })),
  ]);
  const toCrossOrigin = createCrossOrigin(parts.corsOrigins);
  return createRouter(routes, (error, request) => toErrorAnswer(parts, error, request), {
    toHeaders: (request) => ({ ...toCrossOrigin(request), 'X-Request-Id': toRequestId(request) }),
  });
}
