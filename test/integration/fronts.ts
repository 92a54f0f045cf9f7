// The fronts of the prediction function, started once for all that is tried on each of them.
import { join } from 'node:path';
import { startServer } from './function-server.ts';
import { startBarePredict } from './listeners.ts';

/** Where a front answers. */
export interface Front {
  readonly url: string;
  stop(): Promise<void>;
}

/** The same function behind each of its fronts. */
export interface Fronts {
  /** The listener with the handler alone. */
  readonly bare: Front;
  /** The listener in front of the framework, as it is deployed. */
  readonly front: Front;
  /** The framework without the listener. */
  readonly alone: Front;
}

/** The path of the fronts that speaks as Vertex AI does. */
export const VERTEX_PATH = '/v1/endpoints/7:predict';

/** Starts all of them. */
export async function startFronts(): Promise<Fronts> {
  const environment = { AIP_PREDICT_ROUTE: VERTEX_PATH };
  const source = join(import.meta.dirname, 'without-listener.ts');
  const [bare, front, alone] = await Promise.all([
    startBarePredict({}, environment),
    startServer('predict', { environment }),
    startServer('predict', { environment, source }),
  ]);
  return { bare, front, alone };
}
