import { isTopicName } from '../adapters/local/topic-file.ts';
import { ScorerError, show } from '../errors.ts';
import type { PushSubscription } from '../ports/push-subscription.ts';

/** A subscription of the laptop's broker; its name names its state file: changing it makes a new subscription. */
export interface Subscription extends PushSubscription {
  /** Pushes under way at once; more than 1,000 are never. */
  readonly maxConcurrent: number;
}

/** @throws ScorerError `INVALID_CONFIG` naming the first setting that can't be */
export function checkSubscriptions(subscriptions: readonly Subscription[]): void {
  const names = new Set<string>();
  for (const subscription of subscriptions) {
    const { name, topic, endpoint, maxDeliveryAttempts, deadLetterTopic } = subscription;
    const { ackDeadlineMs, minBackoffMs, maxBackoffMs, maxConcurrent } = subscription;
    const expect = (holds: boolean, expected: string, got: unknown) => {
      if (holds) return;
      const message = `Subscription ${show(name)}: expected ${expected}, got ${show(got)}`;
      throw new ScorerError(message, { code: 'INVALID_CONFIG' });
    };
    expect(isTopicName(name), 'a name of 3 to 255 letters, digits or . _ ~ + % -', name);
    expect(!names.has(name), 'a name that no other subscription has', name);
    names.add(name);
    expect(isTopicName(topic), 'a topic name', topic);
    expect(['http:', 'https:'].includes(endpoint.protocol), 'an http or https endpoint', endpoint.href);
    expect(ackDeadlineMs > 0, 'an ackDeadlineMs over 0', ackDeadlineMs);
    expect(minBackoffMs > 0, 'a minBackoffMs over 0', minBackoffMs);
    expect(maxBackoffMs >= minBackoffMs, `a maxBackoffMs of ${minBackoffMs} or more`, maxBackoffMs);
    expect(Number.isInteger(maxConcurrent) && maxConcurrent > 0, 'a maxConcurrent over 0', maxConcurrent);
    const together = 'maxDeliveryAttempts and deadLetterTopic together';
    expect((maxDeliveryAttempts === undefined) === (deadLetterTopic === undefined), together, 'one of them');
    if (maxDeliveryAttempts !== undefined) {
      const whole = Number.isInteger(maxDeliveryAttempts) && maxDeliveryAttempts > 0;
      expect(whole, 'a maxDeliveryAttempts over 0', maxDeliveryAttempts);
    }
    if (deadLetterTopic !== undefined) {
      const apart = isTopicName(deadLetterTopic) && deadLetterTopic !== topic;
      expect(apart, 'a deadLetterTopic that is another topic', deadLetterTopic);
    }
  }
}
