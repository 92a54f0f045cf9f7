import type { Delivery } from '../../../src/ports/delivery.ts';

/** The topics that bring messages to the function. */
export type Topic = 'objects' | 'shards';

/** A message on one of them. */
export interface Message {
  readonly topic: Topic;
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * What came of a delivery: `again` asks for the message once more; `asleep` does, too, and the delivery goes on when
 * `wake` is called.
 */
export type Ending =
  | { readonly is: 'acknowledged' }
  | { readonly is: 'again'; readonly error: unknown }
  | { readonly is: 'asleep'; wake(): Promise<Ending> };

/** Works on one delivery. */
export type Work = (topic: Topic, delivery: Delivery) => Promise<Ending>;

/** A broker that delivers until what it has is acknowledged. */
export interface Broker {
  publish(message: Message): void;
  /** Delivers until nothing is left, wakes who sleeps, and goes on until nothing is left again. */
  drain(): Promise<void>;
  /** Why messages had to come again. */
  readonly troubles: readonly unknown[];
  /** How many of those who slept came to nothing when they woke; their messages are not delivered again. */
  readonly diedAwake: number;
}

/** Something is wrong when a message needs so many. */
const MAX_ATTEMPTS = 30;

interface Held {
  readonly id: string;
  readonly message: Message;
  attempts: number;
}

/**
 * Creates a broker. One message is delivered after the other, each as many times at once as there are `copies`.
 *
 * @param isLost asked of each shard message as it is published, by its number
 */
export function createBroker(
  work: Work,
  { copies = 1, isLost = () => false }: { readonly copies?: number; isLost?(number: number): boolean },
): Broker {
  const queue: Held[] = [];
  const asleep: (() => Promise<Ending>)[] = [];
  const troubles: unknown[] = [];
  let published = 0;
  let shardMessages = 0;
  let diedAwake = 0;

  async function deliver(held: Held): Promise<void> {
    held.attempts += 1;
    if (held.attempts > MAX_ATTEMPTS) {
      throw new Error(`${held.id} was delivered ${MAX_ATTEMPTS} times`, { cause: troubles.at(-1) });
    }
    const { data, attributes, topic } = held.message;
    const delivery: Delivery = {
      id: held.id,
      data,
      attributes,
      publishTime: '2026-01-02T03:04:05.678Z',
      orderingKey: undefined,
      subscription: `projects/test/subscriptions/${topic}`,
      attempt: held.attempts,
    };
    const endings = await Promise.all(Array.from({ length: copies }, () => work(topic, delivery)));
    for (const ending of endings) {
      if (ending.is === 'again') troubles.push(ending.error);
      if (ending.is === 'asleep') asleep.push(ending.wake);
    }
    if (endings.some(({ is }) => is !== 'acknowledged')) queue.push(held);
  }

  async function drainQueue(): Promise<void> {
    for (let held = queue.shift(); held !== undefined; held = queue.shift()) await deliver(held);
  }

  return {
    troubles,
    get diedAwake() {
      return diedAwake;
    },
    publish(message) {
      published += 1;
      if (message.topic === 'shards') {
        shardMessages += 1;
        if (isLost(shardMessages - 1)) return;
      }
      queue.push({ id: String(published), message, attempts: 0 });
    },
    async drain() {
      await drainQueue();
      for (let wake = asleep.shift(); wake !== undefined; wake = asleep.shift()) {
        if ((await wake()).is !== 'acknowledged') diedAwake += 1;
      }
      if (queue.length > 0) await this.drain();
    },
  };
}
