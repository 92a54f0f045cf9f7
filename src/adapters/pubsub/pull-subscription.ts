import { type protos, v1 } from '@google-cloud/pubsub';
import type { PulledMessage, PullSubscription } from '../../ports/pull-subscription.ts';
import { toClientOptions } from './client-options.ts';
import { grpcCodeOf, toPubSubFailure } from './failures.ts';

/** Where a subscription is, and how to pull from it. */
export interface PubSubPullOptions {
  /** Host and port of the emulator; it gets no credentials. @default none: Pub/Sub itself */
  readonly emulatorHost?: string;
  /** Pub/Sub may answer a pull that doesn't wait with nothing although messages are there, so a pull waits so long, in milliseconds. @default 1000 */
  readonly waitMs?: number;
}

/** The longest that Pub/Sub knows, in seconds. */
const LEASE_SECONDS = 600;

/** Requests that are not pulls; tried again by the SDK within this time. */
const CALL_OPTIONS = { timeout: 30_000 };

/** gRPC's code for a pull that found nothing in its time. */
const DEADLINE_EXCEEDED = 4;

/** @param subscription full name, `projects/PROJECT/subscriptions/NAME` */
export async function createPubSubPullSubscription(
  subscription: string,
  { emulatorHost, waitMs = 1000 }: PubSubPullOptions = {},
): Promise<PullSubscription> {
  const client = new v1.SubscriberClient(await toClientOptions(emulatorHost));

  async function withReason<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      await client.initialize(); // it would otherwise fail in a promise of its own, which ends the process
      return await run();
    } catch (cause) {
      const message = `Messages of ${subscription} could not be ${what}`;
      throw toPubSubFailure(message, 'SUBSCRIPTION_FAILED', cause);
    }
  }

  async function pull(maxMessages: number): Promise<readonly PulledMessage[]> {
    const options = { timeout: waitMs, retry: null };
    const [{ receivedMessages }] = await client
      .pull({ subscription, maxMessages }, options)
      .catch((error: unknown) => {
        if (grpcCodeOf(error) === DEADLINE_EXCEEDED) return [{ receivedMessages: [] }] as const;
        throw error;
      });
    return (receivedMessages ?? []).map(toPulled);
  }

  async function modify(ackIds: readonly string[], ackDeadlineSeconds: number): Promise<void> {
    if (ackIds.length === 0) return;
    await client.modifyAckDeadline({ subscription, ackIds: [...ackIds], ackDeadlineSeconds }, CALL_OPTIONS);
  }

  return {
    pull: (max, { signal } = {}) =>
      withReason('pulled', async () => {
        signal?.throwIfAborted();
        const messages = await pull(max);
        const ackIds = messages.map(({ ackId }) => ackId);
        await modify(ackIds, LEASE_SECONDS);
        return messages;
      }),
    acknowledge: (ackIds) =>
      withReason('acknowledged', async () => {
        if (ackIds.length > 0) await client.acknowledge({ subscription, ackIds: [...ackIds] }, CALL_OPTIONS);
      }),
    release: (ackIds) => withReason('released', () => modify(ackIds, 0)),
    close: () => client.close(),
  };
}

/**
 * The topic of a subscription.
 *
 * @param subscription full name
 * @throws ScorerError `SUBSCRIPTION_FAILED`, for instance where the account may not look
 */
export async function findTopic(
  subscription: string,
  { emulatorHost }: Pick<PubSubPullOptions, 'emulatorHost'>,
): Promise<string> {
  const client = new v1.SubscriberClient(await toClientOptions(emulatorHost));
  try {
    await client.initialize();
    const [{ topic }] = await client.getSubscription({ subscription }, CALL_OPTIONS);
    return topic ?? '';
  } catch (cause) {
    throw toPubSubFailure(`The topic of ${subscription} can't be found`, 'SUBSCRIPTION_FAILED', cause);
  } finally {
    await client.close();
  }
}

function toPulled({ ackId, message }: protos.google.pubsub.v1.IReceivedMessage): PulledMessage {
  const { messageId, data, attributes, orderingKey, publishTime } = message ?? {};
  const key = orderingKey === undefined || orderingKey === null || orderingKey === '' ? {} : { orderingKey };
  return {
    ackId: ackId ?? '',
    messageId: messageId ?? '',
    data: typeof data === 'string' ? Buffer.from(data, 'base64') : (data ?? Buffer.alloc(0)),
    attributes: attributes ?? {},
    publishTime: toRfc3339(publishTime),
    ...key,
  };
}

function toRfc3339(time: protos.google.protobuf.ITimestamp | null | undefined): string {
  const ms = Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
  return new Date(ms).toISOString();
}
