import type { ScorerError } from '../../src/errors.ts';

/** The status that acknowledges a delivery: https://cloud.google.com/pubsub/docs/push#receive_push */
export const ACKNOWLEDGED = 204;

/** The status that asks for the delivery again, after the subscription's backoff. */
export const DELIVER_AGAIN = 503;

/**
 * Tells whether a delivery that failed is to come again: the one place where that is decided. A caller's
 * mistake has become a dead letter before it gets here, so what is left comes again, even what calls
 * itself permanent: losing it would be worse than asking twice.
 */
export function toStatus({ code }: ScorerError): number {
  if (code === 'NOT_FOUND') return 404;
  if (code === 'METHOD_NOT_ALLOWED') return 405;
  if (code === 'BODY_TOO_LARGE') return 413; // no Pub/Sub message is as large: this is no delivery
  return DELIVER_AGAIN;
}
