import { v1 } from '@google-cloud/pubsub';
import { ScorerError } from '../../errors.ts';
import type { PushSubscription } from '../../ports/push-subscription.ts';
import { toClientOptions } from './client-options.ts';
import { grpcCodeOf } from './failures.ts';

/** What is to be there; topics by their short names. */
export interface Topology {
  readonly pushes: readonly PushSubscription[];
  /** Topics from which one pulls, by a subscription of the same name. */
  readonly pulled: readonly string[];
}

/** {@link Topology}, and where. */
export interface EmulatorOptions extends Topology {
  /** Host and port. */
  readonly emulatorHost: string;
  readonly project: string;
}

/** gRPC's code for what is there already. */
const ALREADY_EXISTS = 6;

/** A request to the emulator, which is on this machine or near, takes no longer; and none is tried again. */
const CALL_OPTIONS = { timeout: 10_000, retry: null };

/**
 * Makes topics and subscriptions on Pub/Sub's emulator. What is there already stays, but push subscriptions push to
 * the endpoint given here from now on.
 *
 * @throws ScorerError `USAGE` when nothing answers there or it takes one of them for wrong
 */
export async function setUpEmulator({
  emulatorHost,
  project,
  pushes,
  pulled,
}: EmulatorOptions): Promise<void> {
  const options = await toClientOptions(emulatorHost);
  const publisher = new v1.PublisherClient(options);
  const subscriber = new v1.SubscriberClient(options);
  const topicName = (topic: string): string =>
    topic.startsWith('projects/') ? topic : `projects/${project}/topics/${topic}`;
  const subscriptionName = (name: string): string => `projects/${project}/subscriptions/${name}`;
  const topics = pushes.flatMap(({ topic, deadLetterTopic }) =>
    deadLetterTopic === undefined ? [topic] : [topic, deadLetterTopic],
  );
  try {
    for (const topic of new Set([...topics, ...pulled])) {
      await unlessThere(publisher.createTopic({ name: topicName(topic) }, CALL_OPTIONS));
    }
    for (const topic of pulled) {
      const subscription = {
        name: subscriptionName(topic),
        topic: topicName(topic),
        ackDeadlineSeconds: 600,
      };
      await unlessThere(subscriber.createSubscription(subscription, CALL_OPTIONS));
    }
    for (const push of pushes) {
      const subscription = subscriptionName(push.name);
      const pushConfig = { pushEndpoint: push.endpoint.href };
      const isNew = await unlessThere(
        subscriber.createSubscription(
          { ...toSettings(push, topicName), name: subscription, pushConfig },
          CALL_OPTIONS,
        ),
      );
      if (!isNew) await subscriber.modifyPushConfig({ subscription, pushConfig }, CALL_OPTIONS);
    }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new ScorerError(
      `The Pub/Sub emulator at ${emulatorHost} (PUBSUB_EMULATOR_HOST) can't be used: ${said}. Start it with gcloud beta emulators pubsub start, or unset the variable.`,
      { code: 'USAGE', cause },
    );
  } finally {
    await Promise.all([publisher.close(), subscriber.close()]);
  }
}

/** True when it was made, false when it was there. */
async function unlessThere(making: Promise<unknown>): Promise<boolean> {
  try {
    await making;
    return true;
  } catch (error) {
    if (grpcCodeOf(error) === ALREADY_EXISTS) return false;
    throw error;
  }
}

function toSettings(push: PushSubscription, topicName: (topic: string) => string) {
  const { topic, ackDeadlineMs, minBackoffMs, maxBackoffMs, maxDeliveryAttempts, deadLetterTopic } = push;
  return {
    topic: topicName(topic),
    ackDeadlineSeconds: ackDeadlineMs / 1000,
    enableMessageOrdering: push.ordering,
    retryPolicy: { minimumBackoff: toDuration(minBackoffMs), maximumBackoff: toDuration(maxBackoffMs) },
    ...(deadLetterTopic === undefined || maxDeliveryAttempts === undefined
      ? {}
      : { deadLetterPolicy: { deadLetterTopic: topicName(deadLetterTopic), maxDeliveryAttempts } }),
  };
}

/** https://protobuf.dev/reference/protobuf/google.protobuf/#duration */
function toDuration(ms: number): { readonly seconds: number; readonly nanos: number } {
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}
