import { type protos, v1 } from '@google-cloud/pubsub';
import type { PulledMessage, PullSubscription } from '../../ports/pull-subscription.ts';
import { toClientOptions } from './client-options.ts';
import { grpcCodeOf, toPubSubFailure } from './failures.ts';
import { DEADLINE_EXCEEDED, type Patience, withPatience } from './patience.ts';

/** Where a subscription is, and how to pull from it. */
export interface PubSubPullOptions {
  /** Host and port of the emulator; it gets no credentials. @default none: Pub/Sub itself */
  readonly emulatorHost?: string;
  /** How long a request is tried. @default 10 s a try, 30 s altogether */
  readonly patience?: Patience;
  /** How long a pull waits once it was answered that nothing is there, in milliseconds. @default 1000 */
  readonly waitMs?: number;
}

const DEFAULT_PATIENCE: Patience = { tryMs: 10_000, totalMs: 30_000 };

/** The longest that Pub/Sub knows, in seconds. */
const LEASE_SECONDS = 600;

/** What Pub/Sub names in place of a topic that is gone. */
const DELETED_TOPIC = '_deleted-topic_';

/** @param subscription full name, `projects/PROJECT/subscriptions/NAME` */
export async function createPubSubPullSubscription(
  subscription: string,
  { emulatorHost, patience = DEFAULT_PATIENCE, waitMs = 1000 }: PubSubPullOptions = {},
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

  /** What is there now. Pub/Sub may leave out what is: it looks in one place alone. */
  async function pullNow(maxMessages: number): Promise<readonly PulledMessage[]> {
    const request = { subscription, maxMessages, returnImmediately: true };
    const [{ receivedMessages }] = await withPatience(patience, (options) => client.pull(request, options));
    return (receivedMessages ?? []).map(toPulled);
  }

  /**
   * What comes within a while. That nothing came is no answer of Pub/Sub but its silence, which is trusted only right
   * after {@link pullNow} was answered: a server that can't be reached is silent too.
   */
  async function pullSoon(maxMessages: number): Promise<readonly PulledMessage[]> {
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
    const request = { subscription, ackIds: [...ackIds], ackDeadlineSeconds };
    await withPatience(patience, (options) => client.modifyAckDeadline(request, options));
  }

  return {
    pull: (max, { signal } = {}) =>
      withReason('pulled', async () => {
        signal?.throwIfAborted();
        let messages = await pullNow(max);
        if (messages.length === 0 && !signal?.aborted) messages = await pullSoon(max);
        const ackIds = messages.map(({ ackId }) => ackId);
        await modify(ackIds, LEASE_SECONDS);
        return messages;
      }),
    acknowledge: (ackIds) =>
      withReason('acknowledged', async () => {
        if (ackIds.length === 0) return;
        const request = { subscription, ackIds: [...ackIds] };
        await withPatience(patience, (options) => client.acknowledge(request, options));
      }),
    release: (ackIds) => withReason('released', () => modify(ackIds, 0)),
    close: () => client.close(),
  };
}

/**
 * The topic of a subscription.
 *
 * @param subscription full name
 * @throws ScorerError `SUBSCRIPTION_FAILED`: for instance where the account may not look, or the topic is gone
 */
export async function findTopic(
  subscription: string,
  { emulatorHost, patience = DEFAULT_PATIENCE }: Pick<PubSubPullOptions, 'emulatorHost' | 'patience'>,
): Promise<string> {
  const client = new v1.SubscriberClient(await toClientOptions(emulatorHost));
  try {
    await client.initialize();
    const [{ topic }] = await withPatience(patience, (options) =>
      client.getSubscription({ subscription }, options),
    );
    if (!topic || topic === DELETED_TOPIC) throw new Error('it was deleted.');
    return topic;
  } catch (cause) {
    const message = `The topic of ${subscription} can't be found`;
    throw toPubSubFailure(message, 'SUBSCRIPTION_FAILED', cause, 'roles/pubsub.viewer on the subscription');
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
