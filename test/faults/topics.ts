// A lab's topics on Pub/Sub's emulator.
import type { PubSubServer } from '../servers/pubsub.ts';
import { KEY_ATTRIBUTE } from './key-front.ts';
import type { Output } from './ledger.ts';
import type { TestMessage } from './messages.ts';

/** Pub/Sub's bound for one request. */
const MAX_MESSAGES = 1000;

/** Names of topics; each has a subscription of the same name. */
export interface TopicNames {
  readonly features: string;
  readonly predictions: string;
  readonly letters: string;
}

/** How messages are delivered. */
export interface DeliverySettings {
  /** Whether keys keep the order of messages. */
  readonly ordered: boolean;
  readonly ackDeadlineSeconds: number;
  /** Attempts after which Pub/Sub itself moves a message to the dead letters. @default 100, its most */
  readonly maxDeliveryAttempts?: number;
}

/**
 * Makes the topics, and subscriptions that push features to a port and let the rest be pulled. Without a retry policy
 * the emulator delivers again every second; with one it soon waits for minutes.
 */
export async function createTopics(
  server: PubSubServer,
  names: TopicNames,
  port: number,
  { ordered, ackDeadlineSeconds, maxDeliveryAttempts = 100 }: DeliverySettings,
): Promise<void> {
  const [features, predictions, letters] = await Promise.all([
    server.createTopic(names.features),
    server.createTopic(names.predictions),
    server.createTopic(names.letters),
  ]);
  const common = { enableMessageOrdering: ordered };
  await server.createSubscription(names.predictions, predictions, common);
  await server.createSubscription(names.letters, letters);
  await server.createSubscription(names.features, features, {
    ...common,
    ackDeadlineSeconds,
    pushConfig: { pushEndpoint: `http://127.0.0.1:${port}/features` },
    deadLetterPolicy: { deadLetterTopic: letters, maxDeliveryAttempts },
  });
}

/** Publishes messages, each with its ordering key or ''; returns their ids. */
export async function publishTo(
  { project, ask }: PubSubServer,
  topic: string,
  messages: readonly { readonly message: TestMessage; readonly key: string }[],
): Promise<readonly string[]> {
  const body = messages.map(({ message: { data, attributes }, key }) => ({
    data: Buffer.from(data).toString('base64'),
    ...(key === ''
      ? { attributes }
      : { attributes: { ...attributes, [KEY_ATTRIBUTE]: key }, orderingKey: key }),
  }));
  const ids: string[] = [];
  for (let from = 0; from < body.length; from += MAX_MESSAGES) {
    const part = { messages: body.slice(from, from + MAX_MESSAGES) };
    const answer = await ask('POST', `projects/${project}/topics/${topic}:publish`, part);
    ids.push(...(answer['messageIds'] as string[])); // as the REST API has it
  }
  return ids;
}

/** Pulls and acknowledges what a subscription has now, up to 1,000 messages. */
export async function pullFrom({ project, ask }: PubSubServer, name: string): Promise<readonly Output[]> {
  const path = `projects/${project}/subscriptions/${name}`;
  const answer = await ask('POST', `${path}:pull`, { maxMessages: MAX_MESSAGES, returnImmediately: true });
  const received = (answer['receivedMessages'] ?? []) as readonly Received[]; // as the REST API has it
  if (received.length === 0) return [];
  await ask('POST', `${path}:acknowledge`, { ackIds: received.map(({ ackId }) => ackId) });
  return received.map(({ message: { data = '', attributes = {}, orderingKey } }) => ({
    data: Buffer.from(data, 'base64').toString(),
    attributes,
    ...(orderingKey === undefined ? {} : { orderingKey }),
  }));
}

/** Ends the subscriptions: nothing is delivered any more. */
export async function endTopics({ project, ask }: PubSubServer, names: TopicNames): Promise<void> {
  for (const name of [names.features, names.predictions, names.letters]) {
    await ask('DELETE', `projects/${project}/subscriptions/${name}`);
  }
}

interface Received {
  readonly ackId: string;
  readonly message: {
    readonly data?: string;
    readonly attributes?: Record<string, string>;
    readonly orderingKey?: string;
  };
}
