import type { PredictParts } from '../src/compose.ts';

/** How long the first load may hold back the listener, in milliseconds. */
const FIRST_LOAD_MS = 60_000;

/**
 * Settles the first load of the model before the process listens: the platform's start-up boost pays
 * for it, and no request meets a half-started instance. A load that failed is logged and kept as the
 * reason on the readiness page; the next request tries again.
 */
export async function settleFirstLoad(scorer: PredictParts['scorer']): Promise<void> {
  const signal = AbortSignal.timeout(FIRST_LOAD_MS);
  await scorer.withModel(async () => undefined, { signal }).catch(() => undefined);
}
