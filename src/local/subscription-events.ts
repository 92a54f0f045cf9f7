import type { Logger } from '../ports/logger.ts';
import type { Subscription } from './subscription-config.ts';

/** A failed attempt, for the log. */
export interface FailedDelivery {
  readonly messageId: string;
  readonly attempt: number;
  readonly status: number | undefined;
  readonly reason: string;
  readonly delayMs: number;
}

/** The log lines of one subscription: what an operator acts on, each under its event name. */
export interface SubscriptionEvents {
  deliveryFailed(failed: FailedDelivery): void;
  deadLettered(messageId: string, attempts: number): void;
  lineSkipped(offset: number, reason: string): void;
  topicRestarted(sizeBytes: number): void;
  endpointAwaited(): void;
  backlogFull(maxOutstanding: number): void;
  /** The disk, or something unforeseen. */
  failed(error: unknown): void;
}

/** The {@link SubscriptionEvents} of a subscription that reads the topic file at `path`. */
export function createSubscriptionEvents(
  { name, topic, endpoint, deadLetterTopic }: Subscription,
  path: string,
  logger: Logger,
): SubscriptionEvents {
  const base = { subscription: name, topic };
  return {
    deliveryFailed({ messageId, attempt, status, reason, delayMs }) {
      const nextMs = Math.round(delayMs);
      const text = `${name}: ${messageId} was not acknowledged (${reason}); again in ${nextMs} ms`;
      const fields = { ...base, messageId, attempt, reason, nextMs, ...(status !== undefined && { status }) };
      logger.log('WARNING', 'DELIVERY_FAILED', text, fields);
    },
    deadLettered(messageId, attempts) {
      const text = `${name}: ${messageId} was not acknowledged in ${attempts} attempts; it is on ${deadLetterTopic}`;
      logger.log('ERROR', 'DEAD_LETTERED', text, { ...base, messageId, attempts, deadLetterTopic });
    },
    lineSkipped(offset, reason) {
      const text = `${name}: passed over ${path} at byte ${offset}: ${reason}`;
      logger.log('WARNING', 'TOPIC_LINE_SKIPPED', text, { ...base, offset, reason });
    },
    topicRestarted(sizeBytes) {
      const text = `${name}: ${path} has ${sizeBytes} bytes, fewer than were read of it; it is read from its start`;
      logger.log('WARNING', 'TOPIC_RESTARTED', text, { ...base, sizeBytes });
    },
    endpointAwaited() {
      logger.log('INFO', 'ENDPOINT_AWAITED', `${name}: waits until ${endpoint.href} listens`, base);
    },
    backlogFull(maxOutstanding) {
      const text = `${name}: ${maxOutstanding} messages are unacknowledged; reading waits for some to be`;
      logger.log('WARNING', 'BACKLOG_FULL', text, { ...base, maxOutstanding });
    },
    failed(error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.log('ERROR', 'SUBSCRIPTION_FAILED', `${name}: ${reason}; will try again`, { ...base, reason });
    },
  };
}
