import type { HttpParts } from '../../src/compose.ts';
import { PROBE_OPERATIONS } from '../probe-operations.ts';
import { answerReadiness } from '../probes.ts';
import type { Route } from '../router.ts';

/**
 * The routes of a Vertex AI container, where they are configured:
 * https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements.
 *
 * @param predictions what answers predictions
 */
export function createVertexRoutes(
  { scorer, vertex }: Pick<HttpParts, 'scorer' | 'vertex'>,
  predictions: Route,
): ReadonlyMap<string, Route> {
  const { healthRoute = '', predictRoute = '' } = vertex ?? {};
  const routes = new Map<string, Route>();
  if (predictRoute !== '') routes.set(predictRoute, predictions);
  if (healthRoute !== '') {
    routes.set(healthRoute, {
      methods: ['GET', 'HEAD'],
      operations: PROBE_OPERATIONS.ready,
      answer: async () => answerReadiness(scorer),
    });
  }
  return routes;
}
