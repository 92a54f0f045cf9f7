import type { HttpParts } from '../../src/compose.ts';
import type { Model } from '../../src/model/model.ts';
import type { Handler } from '../listener.ts';
import { createMeters, type Meters } from '../meters/meters.ts';
import { createMetricsPage } from '../meters/metrics-page.ts';
import type { Operation } from '../operation.ts';
import { createProbes, type Stoppable } from '../probes.ts';
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
export function createPredictHandler(
  parts: HttpParts & Stoppable,
  limits: AdmissionLimits = ADMISSION_LIMITS,
  meters: Meters = createMeters(parts),
): Handler {
  const routes = createPredictRoutes(parts, createAdmission(limits), meters);
  const toCrossOrigin = createCrossOrigin(parts.corsOrigins);
  return createRouter(routes, (error, request) => toErrorAnswer(parts, error, request), {
    observer: meters,
    toHeaders: (request) => ({ ...toCrossOrigin(request), 'X-Request-Id': toRequestId(request) }),
  });
}

/** All routes of the prediction function by path, and the one that describes them. */
export function createPredictRoutes(
  parts: HttpParts & Stoppable,
  admission: Admission,
  meters: Meters,
): ReadonlyMap<string, Route> {
  const describePredictions = async (model: Model): Promise<Operation> =>
    (await import('./openapi/predict.ts')).describePrediction(model, parts.loadDocumentScorer);
  const toPredictions = (options: PredictOptions): Route => ({
    methods: ['POST'],
    answer: (request, query) => answerPrediction(parts, admission, request, query, options),
    operations: { POST: describePredictions },
  });
  const predictions = toPredictions({ isVertex: false });
  const metrics = createMetricsPage(meters.counts, parts.scorer);
  metrics.gauge('scorestream_admitted_requests', () => admission.requests);
  metrics.gauge('scorestream_admitted_bytes', () => admission.bytes);
  metrics.gauge('scorestream_queue_seconds', () => admission.queueMs / 1000);
  const routes = new Map([
    ['/', withPage(parts, predictions)],
    ['/predict', predictions],
    ...createProbes(parts),
    ...createOipRoutes(parts, admission),
    ...createVertexRoutes(parts, toPredictions({ isVertex: true })),
    ['/metrics', metrics.route],
  ]);
  return routes.set(OPENAPI_PATH, createOpenApiRoute(parts, routes));
}
