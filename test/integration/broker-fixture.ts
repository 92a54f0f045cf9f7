import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createLocalPublisher } from '../../src/adapters/local/publisher.ts';
import { readTopic, type TopicMessage, topicPath } from '../../src/adapters/local/topic-file.ts';
import { type Broker, createBroker } from '../../src/local/broker.ts';
import type { Subscription } from '../../src/local/subscription-config.ts';
import type { OutgoingMessage } from '../../src/ports/publisher.ts';

/** The body of a push request. */
export interface Push {
  readonly message: {
    readonly attributes: Readonly<Record<string, string>>;
    readonly data?: string;
    readonly messageId: string;
    readonly message_id: string;
    readonly publishTime: string;
    readonly publish_time: string;
    readonly orderingKey?: string;
  };
  readonly subscription: string;
  readonly deliveryAttempt?: number;
}

/** A status, or what to do with the response. */
export type Answer = number | ((response: ServerResponse) => void);

/** A log line as the tests look at it. */
export interface LoggedEvent {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a test has at hand: a fresh data folder, and a real HTTP server as the subscriber. */
export interface BrokerRig {
  readonly dataDir: string;
  readonly subscriber: Server;
  /** All pushes that came, in order. */
  readonly pushes: { readonly text: string; readonly push: Push }[];
  /** Answers a push. @default with 204 */
  handler: (push: Push, text: string) => Answer | Promise<Answer>;
  /** Starts a broker with one subscription, of the topic `features`; it is stopped after the test. */
  start(changes?: Partial<Subscription>, stopGraceMs?: number): Promise<Broker>;
  /** Starts the same broker in a process of its own, which then runs `then`, a piece of JavaScript. */
  spawnBroker(then: string): ChildProcess;
  publish(messages: readonly OutgoingMessage[]): Promise<readonly string[]>;
  publishTexts(...texts: readonly string[]): Promise<readonly string[]>;
  /** The data of all pushes that came. */
  texts(): string[];
  events(event: string): LoggedEvent[];
  /** Waits until everything published is acknowledged. */
  drained(broker: Broker): Promise<void>;
  topicMessages(topic: string): Promise<TopicMessage[]>;
}

const clock = { nowMs: () => Date.now() };
const brokerUrl = new URL('../../src/local/broker.ts', import.meta.url).href;

/** Sets a {@link BrokerRig} up before each test of the suite, and takes it down after. */
export function useBroker(): BrokerRig {
  let dataDir = '';
  let subscriber: Server;
  let endpoint: URL;
  let handler: BrokerRig['handler'];
  const pushes: { readonly text: string; readonly push: Push }[] = [];
  const logged: LoggedEvent[] = [];
  const brokers: Broker[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'broker-'));
    handler = () => 204;
    for (const list of [pushes, logged, brokers]) list.length = 0;
    subscriber = createServer((request, response) => void serve(request, response));
    await listen(subscriber, 0);
    endpoint = new URL(`http://127.0.0.1:${portOf(subscriber)}/features?door=1`);
  });
  afterEach(async () => {
    await Promise.all(brokers.map((broker) => broker.stop()));
    await close(subscriber);
    await rm(dataDir, { recursive: true });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const push: Push = JSON.parse(Buffer.concat(chunks).toString());
    const text = Buffer.from(push.message.data ?? '', 'base64').toString();
    pushes.push({ text, push });
    const answer = await handler(push, text);
    if (typeof answer === 'function') answer(response);
    else response.writeHead(answer).end();
  }

  function toSubscription(changes: Partial<Subscription> = {}): Subscription {
    return {
      name: 'features-push',
      topic: 'features',
      endpoint,
      ackDeadlineMs: 10_000,
      minBackoffMs: 1,
      maxBackoffMs: 8,
      ordering: false,
      maxConcurrent: 10,
      ...changes,
    };
  }

  const publish = (messages: readonly OutgoingMessage[]) =>
    createLocalPublisher({ dataDir, clock }).publish('features', messages);

  return {
    get dataDir() {
      return dataDir;
    },
    get subscriber() {
      return subscriber;
    },
    get handler() {
      return handler;
    },
    set handler(next) {
      handler = next;
    },
    pushes,
    async start(changes = {}, stopGraceMs = 10_000) {
      const logger = {
        log: (_: string, event: string, __: string, fields = {}) => void logged.push({ event, fields }),
      };
      const subscriptions = [toSubscription(changes)];
      const broker = createBroker({ dataDir, subscriptions, clock, logger, stopGraceMs });
      brokers.push(broker);
      await broker.start();
      return broker;
    },
    spawnBroker(then) {
      const script = `
        const { createBroker } = await import(process.argv[1]);
        const broker = createBroker({
          dataDir: process.argv[2],
          subscriptions: [{ ...JSON.parse(process.argv[3]), endpoint: new URL(process.argv[4]) }],
          clock: { nowMs: () => Date.now() },
          logger: { log() {} },
        });
        await broker.start();
        ${then}`;
      const subscription = JSON.stringify(toSubscription());
      const args = ['--input-type=module', '-e', script, brokerUrl, dataDir, subscription, endpoint.href];
      return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    },
    publish,
    publishTexts: (...texts) => publish(texts.map((text) => ({ data: Buffer.from(text), attributes: {} }))),
    texts: () => pushes.map(({ text }) => text),
    events: (event) => logged.filter((line) => line.event === event),
    async drained(broker) {
      await until('the backlog is empty', async () =>
        (await broker.backlog()).every(({ outstanding, unreadBytes }) => outstanding + unreadBytes === 0),
      );
    },
    async topicMessages(topic) {
      const messages: TopicMessage[] = [];
      for await (const { message } of readTopic(topicPath(dataDir, topic))) messages.push(message);
      return messages;
    },
  };
}

/** Listens on loopback; port 0 takes any that is free. */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
}

/** Closes a server and cuts its connections. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  // A TCP server's address is never the text of a pipe.
  return (server.address() as AddressInfo).port;
}

/** Polls until something holds; fails, naming it, after 30 s. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadlineMs, `timed out before: ${what}`);
    await delay(2);
  }
}
