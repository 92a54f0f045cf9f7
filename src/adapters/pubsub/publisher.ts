import { ScorerError } from '../../errors.ts';
import { countBytesWithin } from '../../message-size.ts';
import type { OutgoingMessage, Publisher } from '../../ports/publisher.ts';
import { toPubSubFailure } from './failures.ts';
import { createLane, type Lane, type SizedMessage } from './lane.ts';
import type { Patience } from './patience.ts';
import { createPublisherClient, type PublisherClient } from './publisher-client.ts';

/** Requests of one topic under way at once, of messages without an ordering key. */
const MAX_REQUESTS = 8;

/** Bytes and messages that wait or are under way; beyond that a publish is refused, and its delivery comes again. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
const MAX_PENDING_MESSAGES = 100_000;

/** What a message takes of a request besides its data and attributes, at most, in bytes. */
const OVERHEAD_BYTES = 64;

const DEFAULT_PATIENCE: Patience = { tryMs: 15_000, totalMs: 30_000 };

/** Where Pub/Sub is, and how to speak to it. */
export interface PubSubPublisherOptions {
  /** Host and port of the emulator; it gets no credentials. @default none: Pub/Sub itself */
  readonly emulatorHost?: string;
  /** How long a request is tried. @default 15 s a try, 30 s altogether */
  readonly patience?: Patience;
  /** Makes what sends the requests. @default the SDK's client */
  createClient?(emulatorHost: string | undefined, patience: Patience): Promise<PublisherClient>;
}

/**
 * Topics on Pub/Sub, by their full names (`projects/PROJECT/topics/NAME`). The SDK is loaded and its client made at
 * once. Messages of one ordering key go out one request after the other; after a failure the key can be used again
 * at once (the SDK's own queue would refuse it until `resumePublishing`).
 *
 * What waits is bounded by 64 MiB and 100,000 messages: `OVERLOADED` beyond that.
 */
export async function createPubSubPublisher(options: PubSubPublisherOptions = {}): Promise<Publisher> {
  const { emulatorHost, patience = DEFAULT_PATIENCE, createClient = createPublisherClient } = options;
  const client = await createClient(emulatorHost, patience).catch((cause: unknown) => {
    throw toPubSubFailure('Pub/Sub can not be used', 'PUBLISH_FAILED', cause);
  });
  const lanes = new Map<string, Lane>();
  const pending = { bytes: 0, messages: 0 };
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;

  function laneOf(topic: string, orderingKey: string): Lane {
    const isOrdered = orderingKey !== '';
    const name = isOrdered ? `${topic}\n${orderingKey}` : topic;
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const lane = createLane({
      maxRequests: isOrdered ? 1 : MAX_REQUESTS,
      send: (messages, signal) => client.publish(topic, messages, signal),
      onIdle: () => isOrdered && lanes.delete(name), // there are as many keys as there are customers
    });
    lanes.set(name, lane);
    return lane;
  }

  async function send(
    topic: string,
    messages: readonly SizedMessage[],
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    const first = messages[0]?.message.orderingKey ?? '';
    if (messages.every(({ message }) => message.orderingKey === first)) {
      return laneOf(topic, first).publish(messages, signal); // as all outputs of one delivery are
    }
    const ids: string[] = new Array(messages.length);
    const places = Map.groupBy(messages.keys(), (place) => messages[place]?.message.orderingKey ?? '');
    const sent = [...places].map(async ([key, own]) => {
      const accepted = await laneOf(topic, key).publish(
        own.flatMap((place) => messages[place] ?? []),
        signal,
      );
      own.forEach((place, index) => {
        ids[place] = accepted[index] ?? '';
      });
    });
    const failed = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    return ids;
  }

  return {
    async publish(topic, messages, { signal } = {}) {
      const what = `Could not publish to ${topic}`;
      if (isClosed) throw toPubSubFailure(what, 'PUBLISH_FAILED', 'the publisher is closed');
      if (signal?.aborted) throw toPubSubFailure(what, 'PUBLISH_FAILED', signal.reason);
      if (messages.length === 0) return [];
      const sized = messages.map((message) => toSized(topic, message));
      const bytes = sized.reduce((sum, each) => sum + each.bytes, 0);
      checkRoom(topic, pending);
      pending.bytes += bytes;
      pending.messages += sized.length;
      const sending = send(topic, sized, signal);
      underWay.add(sending);
      try {
        return await sending;
      } catch (cause) {
        throw toPubSubFailure(what, 'PUBLISH_FAILED', cause);
      } finally {
        underWay.delete(sending);
        pending.bytes -= bytes;
        pending.messages -= sized.length;
      }
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(underWay);
      await client.close();
    },
  };
}

function toSized(topic: string, message: OutgoingMessage): SizedMessage {
  const { data, attributes, orderingKey = '' } = message;
  const bytes = countBytesWithin(topic, message);
  const overhead = OVERHEAD_BYTES + 8 * Object.keys(attributes).length;
  return { message: { data, attributes, orderingKey }, bytes: bytes + overhead };
}

/** What waits already decides: one call that is larger than all the room goes through alone. */
function checkRoom(
  topic: string,
  { bytes, messages }: { readonly bytes: number; readonly messages: number },
): void {
  if (bytes < MAX_PENDING_BYTES && messages < MAX_PENDING_MESSAGES) return;
  throw new ScorerError(`${messages} messages (${bytes} bytes) wait already to be published to ${topic}.`, {
    code: 'OVERLOADED',
  });
}
