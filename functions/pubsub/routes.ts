import type { ScoreParts } from '../../src/compose.ts';
import type { ScorerError } from '../../src/errors.ts';
import type { Delivery } from '../../src/ports/delivery.ts';
import { type Answer, causeOf, RETRY_AFTER, toErrorJson, toJsonAnswer } from '../answer.ts';
import type { Handler } from '../listener.ts';
import { createProbes } from '../probes.ts';
import { readBody } from '../request-body.ts';
import { createRouter, type Request, type Route } from '../router.ts';
import { ACKNOWLEDGED, DELIVER_AGAIN, toStatus } from './ack.ts';
import { toDelivery } from './delivery.ts';
import { refuseFeatures, refuseObjects } from './misdirected.ts';

/** How long a delivery may take, in milliseconds: within the longest acknowledgement deadline, 600 s. */
const DELIVERY_MS = 540_000;

/** Makes the handler of the scoring function: deliveries on `/features` and `/objects`, and the probes. */
export function createScoreHandler(parts: ScoreParts): Handler {
  const routes = new Map([
    ['/features', toDoor((delivery, signal) => parts.scoreMessage(refuseObjects(delivery), signal))],
    ['/objects', toDoor((delivery, signal) => parts.scoreObjectMessage(refuseFeatures(delivery), signal))],
    ...createProbes(parts),
  ]);
  return createRouter(routes, (error) => toErrorAnswer(parts, error));
}

/** Acknowledges once everything that a delivery asks for is done; a throw asks for it again. */
function toDoor(handle: (delivery: Delivery, signal: AbortSignal) => Promise<void>): Route {
  return {
    methods: ['POST'],
    async answer(request) {
      const delivery = await readDelivery(request);
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(new DOMException('late', 'TimeoutError')), DELIVERY_MS);
      try {
        await handle(delivery, deadline.signal);
      } finally {
        clearTimeout(timer);
      }
      return { status: ACKNOWLEDGED, contentType: '', body: '' };
    },
  };
}

async function readDelivery(request: Request): Promise<Delivery> {
  const body = await readBody(request, { keepEncoded: true });
  const { headers, rawHeaders, rawBody } = request;
  return toDelivery({ body, headers, rawHeaders, inflated: rawBody !== undefined });
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
