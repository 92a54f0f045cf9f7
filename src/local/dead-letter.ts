import type { TopicMessage } from '../adapters/local/topic-file.ts';
import { ScorerError } from '../errors.ts';
import type { Publisher } from '../ports/publisher.ts';
import { LOCAL_PROJECT } from './push-message.ts';

/** Where a message failed, and how often. */
export interface DeadLetterSource {
  readonly subscription: string;
  readonly deliveryCount: number;
}

/**
 * Publishes a message to a dead-letter topic, with the attributes that Pub/Sub adds
 * (https://cloud.google.com/pubsub/docs/handling-failures).
 */
export async function publishDeadLetter(
  publisher: Publisher,
  topic: string,
  message: TopicMessage,
  { subscription, deliveryCount }: DeadLetterSource,
): Promise<void> {
  const { data, attributes, orderingKey, publishTime } = message;
  const original = { data, attributes, ...(orderingKey !== undefined && { orderingKey }) };
  const source = {
    CloudPubSubDeadLetterSourceDeliveryCount: String(deliveryCount),
    CloudPubSubDeadLetterSourceSubscription: subscription,
    CloudPubSubDeadLetterSourceSubscriptionProject: LOCAL_PROJECT,
    CloudPubSubDeadLetterSourceTopicPublishTime: publishTime,
  };
  try {
    await publisher.publish(topic, [{ ...original, attributes: { ...attributes, ...source } }]);
  } catch (error) {
    // What is added made it too large: better without than never.
    if (!(error instanceof ScorerError && error.code === 'OUTPUT_TOO_LARGE')) throw error;
    await publisher.publish(topic, [original]);
  }
}
