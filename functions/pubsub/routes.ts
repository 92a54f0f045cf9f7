import type { ScoreParts } from '../../src/compose.ts';
import type { ScorerError } from '../../src/errors.ts';
import { type Answer, causeOf, RETRY_AFTER, toErrorJson, toJsonAnswer } from '../answer.ts';
import type { Handler } from '../listener.ts';
import { createMeters, type Meters } from '../meters/meters.ts';
import { createProbes, type Stoppable } from '../probes.ts';
import { createRouter, type Route } from '../router.ts';
import { RowTally } from '../row-tally.ts';
import { ACKNOWLEDGED, DELIVER_AGAIN, toStatus } from './ack.ts';
import { refuseFeatures, refuseNoStep, refuseObjects } from './misdirected.ts';
import { createDeliveryReader, type ReadDelivery } from './read-delivery.ts';

/** Makes the handler of the scoring function: deliveries on `/features`, `/objects` and `/shards`, and the probes. */
export function createScoreHandler(
  parts: ScoreParts & Stoppable,
  meters: Meters = createMeters(parts),
): Handler {
  const read = createDeliveryReader();
  const toRoute = (handle: ScoreParts['scoreMessage']): Route =>
    toDoor(read, parts.deliveryTimeoutMs, handle);
  const routes = new Map([
    [
      '/features',
      toRoute((delivery, signal, rows) => parts.scoreMessage(refuseObjects(delivery), signal, rows)),
    ],
    ['/objects', toRoute((delivery, signal) => parts.batch.notified(refuseFeatures(delivery), signal))],
    ['/shards', toRoute((delivery, signal) => parts.batch.shard(refuseNoStep(delivery), signal))],
    ...createProbes(parts),
  ]);
  return createRouter(routes, (error) => toErrorAnswer(parts, error), { observer: meters });
}

/** Acknowledges once everything that a delivery asks for is done; a throw asks for it again. */
function toDoor(read: ReadDelivery, timeoutMs: number, handle: ScoreParts['scoreMessage']): Route {
  return {
    methods: ['POST'],
    async answer(request) {
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(new DOMException('late', 'TimeoutError')), timeoutMs);
      const rows = new RowTally();
      request.rows = rows;
      try {
        const { delivery, release } = await read(request, deadline.signal);
        await handle(delivery, deadline.signal, rows).finally(release);
      } finally {
        clearTimeout(timer);
      }
      return { status: ACKNOWLEDGED, contentType: '', body: '' };
    },
  };
}

function toErrorAnswer({ logger }: ScoreParts, error: ScorerError): Answer {
  const status = toStatus(error);
  if (status === DELIVER_AGAIN) {
    logger.log('ERROR', 'SCORING_FAILED', error.message, { code: error.code, cause: causeOf(error) });
  }
  return toJsonAnswer(
    status,
    toErrorJson(error.message, error.code),
    status === DELIVER_AGAIN ? RETRY_AFTER : {},
  );
}
