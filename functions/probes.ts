import type { PredictParts } from '../src/compose.ts';
import { toIdentityJson } from '../src/encode/prediction.ts';
import { RETRY_AFTER, toJsonAnswer } from './answer.ts';
import { PROBE_OPERATIONS } from './probe-operations.ts';
import type { Route } from './router.ts';

/** What has an end that is known some time before. */
export interface Stoppable {
  /** True when it stops. @default never */
  readonly isStopping?: () => boolean;
}

/** The probes that both functions answer: `/health` (the process lives) and `/ready` (its model serves). */
export function createProbes({ scorer, isStopping }: PredictParts & Stoppable): ReadonlyMap<string, Route> {
  const methods = ['GET', 'HEAD'];
  return new Map<string, Route>([
    [
      '/health',
      {
        methods,
        answer: async () => toJsonAnswer(200, '{"status":"ok"}'),
        operations: PROBE_OPERATIONS.health,
      },
    ],
    [
      '/ready',
      {
        methods,
        answer: async () => (isStopping?.() ? STOPPING : answerReadiness(scorer)),
        operations: PROBE_OPERATIONS.ready,
      },
    ],
  ]);
}

const STOPPING = toJsonAnswer(
  503,
  JSON.stringify({ ready: false, state: 'stopping', error: 'The process was told to stop.' }),
  RETRY_AFTER,
);

/**
 * What is known of the model now. Asking counts as a request: it starts a load, or a look for another
 * model, where one is due. Traffic may be waiting for it.
 */
export function askState(scorer: PredictParts['scorer']): ReturnType<PredictParts['scorer']['state']> {
  const now = scorer.state();
  scorer.withModel(async () => undefined).catch(() => undefined); // the scorer logs the reason and keeps it
  return now;
}

/** Answers 200 when the model serves, else 503 with the reason, at once. */
export function answerReadiness(scorer: PredictParts['scorer']): ReturnType<typeof toJsonAnswer> {
  const now = askState(scorer);
  if (now.state === 'ready') {
    const { identity, since, refresh } = now;
    const trouble =
      refresh && `,"refresh":${JSON.stringify({ error: refresh.reason.message, since: refresh.since })}`;
    return toJsonAnswer(
      200,
      `{"ready":true,"model":${toIdentityJson(identity)},"since":${JSON.stringify(since)}${trouble ?? ''}}`,
    );
  }
  const error = now.state === 'failed' ? now.reason.message : 'The model is being loaded.';
  return toJsonAnswer(503, JSON.stringify({ ready: false, state: now.state, error }), RETRY_AFTER);
}
