import { join } from 'node:path';
import { readMessageAt, type TopicMessage, topicPath } from '../adapters/local/topic-file.ts';
import type { Logger } from '../ports/logger.ts';
import type { Publisher } from '../ports/publisher.ts';
import { backoffMs, createBackoffQueue } from './backoff.ts';
import { publishDeadLetter } from './dead-letter.ts';
import { createPushClient } from './push-client.ts';
import { encodePushBody } from './push-message.ts';
import { createReadyQueue, MAX_HELD_MESSAGES } from './ready-queue.ts';
import type { Subscription } from './subscription-config.ts';
import { createSubscriptionEvents } from './subscription-events.ts';
import { type Delivery, openSubscriptionLedger } from './subscription-ledger.ts';
import { createTopicTail, sizeOf } from './topic-tail.ts';

/** What a subscription has still to do. */
export interface Backlog {
  readonly subscription: string;
  /** Messages read and not acknowledged, those being pushed included. */
  readonly outstanding: number;
  /** Pushes under way. */
  readonly inFlight: number;
  /** Bytes of the topic file that were not read yet. */
  readonly unreadBytes: number;
}

/** A subscription at work. */
export interface SubscriptionDelivery {
  readonly topic: string;
  /** Looks for new messages. */
  wake(): void;
  backlog(): Promise<Backlog>;
  /** Takes nothing new, gives pushes under way `graceMs` to end, and writes what is known. */
  stop(graceMs: number): Promise<void>;
}

/** What a subscription works with. */
export interface SubscriptionContext {
  readonly dataDir: string;
  readonly logger: Logger;
  /** Takes the dead letters. */
  readonly publisher: Publisher;
}

const MAX_OUTSTANDING = 100_000;
const RESUME_OUTSTANDING = 0.9 * MAX_OUTSTANDING;
/** While nobody has listened at the endpoint yet, one message asks this often at least. */
const MAX_PROBE_MS = 250;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Opens a subscription where its file left it and begins to deliver. */
export async function startSubscription(
  subscription: Subscription,
  { dataDir, logger, publisher }: SubscriptionContext,
): Promise<SubscriptionDelivery> {
  const { name, topic, ackDeadlineMs, minBackoffMs, maxBackoffMs, maxConcurrent } = subscription;
  const { maxDeliveryAttempts = Number.POSITIVE_INFINITY, deadLetterTopic } = subscription;
  const path = topicPath(dataDir, topic);
  const statePath = join(dataDir, 'subscriptions', `${name}.ndjson`);
  const ledger = await openSubscriptionLedger({ path: statePath, topic, topicFile: path, logger });
  const events = createSubscriptionEvents(subscription, path, logger);
  const client = createPushClient(subscription.endpoint);
  const ready = createReadyQueue();
  const waiting = createBackoffQueue<Delivery>();
  /** The last delivery of each ordering key; the others of the key hang on one another before it. */
  const keyTails = new Map<string, Delivery>();
  const pushes = new Set<Promise<void>>();
  const maxPushes = Math.min(maxConcurrent, MAX_HELD_MESSAGES);
  let retriesFirst = false;
  let endpoint: 'unknown' | 'starting' | 'answered' = 'unknown';
  let probeAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let backlogTold = false;
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  const isStopped = () => state === 'stopped';

  function enqueue(delivery: Delivery, orderingKey: string | undefined): void {
    if (subscription.ordering && orderingKey !== undefined && orderingKey !== '') {
      delivery.orderingKey = orderingKey;
      const before = keyTails.get(orderingKey);
      keyTails.set(orderingKey, delivery);
      if (before !== undefined) {
        before.next = delivery;
        delete delivery.message;
        return;
      }
    }
    ready.add(delivery);
  }

  function settle(delivery: Delivery): void {
    ledger.ack(delivery);
    const { next, orderingKey } = delivery;
    if (next !== undefined) ready.add(next);
    else if (orderingKey !== undefined) keyTails.delete(orderingKey);
  }

  function startOver(sizeBytes: number): void {
    events.topicRestarted(sizeBytes);
    ledger.startOver();
    ready.clear();
    waiting.clear();
    keyTails.clear();
  }

  function dispatch(): void {
    if (state !== 'running') return;
    const nowMs = performance.now();
    const starting = endpoint === 'starting';
    const limit = starting ? Number(nowMs >= probeAtMs) : maxPushes;
    while (pushes.size < limit) {
      // By turns, so that neither a heap of retries nor a stream of new messages starves the other.
      retriesFirst = !retriesFirst;
      const delivery = retriesFirst
        ? (waiting.takeDue(nowMs) ?? ready.take())
        : (ready.take() ?? waiting.takeDue(nowMs));
      if (delivery === undefined) break;
      const push = deliver(delivery).finally(() => {
        pushes.delete(push);
        dispatch();
      });
      pushes.add(push);
    }
    clearTimeout(timer);
    const dueMs = ready.size > 0 ? nowMs : waiting.nextDueMs();
    if (dueMs !== undefined && pushes.size < (starting ? 1 : maxPushes)) {
      const delayMs = Math.ceil(Math.max(dueMs, starting ? probeAtMs : 0) - nowMs);
      timer = setTimeout(dispatch, Math.min(Math.max(1, delayMs), LONGEST_TIMER_MS));
    }
    if (ready.isLow(pushes.size) && ledger.outstanding < RESUME_OUTSTANDING) tail.resume();
  }

  async function deliver(delivery: Delivery): Promise<void> {
    try {
      const message = delivery.message ?? (await readMessageAt(path, delivery.offset));
      delete delivery.message;
      if (state !== 'running' || !ledger.has(delivery)) return;
      if (message === undefined) {
        events.lineSkipped(delivery.offset, 'the message that was there is gone');
        settle(delivery);
      } else if (delivery.attempts >= maxDeliveryAttempts) await deadLetter(delivery, message);
      else await push(delivery, message);
    } catch (error) {
      // The disk, not the subscriber: no attempt is spent.
      events.failed(error);
      waiting.add(delivery, performance.now() + backoffMs(1, minBackoffMs, maxBackoffMs));
    }
  }

  async function push(delivery: Delivery, message: TopicMessage): Promise<void> {
    const attempt = deadLetterTopic === undefined ? undefined : delivery.attempts + 1;
    const outcome = await client.push(encodePushBody(message, name, attempt), ackDeadlineMs);
    // Too late: the broker no longer waits, or the topic started over.
    if (isStopped() || !ledger.has(delivery)) return;
    if (!outcome.acked && outcome.refused && endpoint !== 'answered') {
      if (endpoint === 'unknown') events.endpointAwaited();
      endpoint = 'starting';
      probeAtMs = performance.now() + Math.min(minBackoffMs, MAX_PROBE_MS);
      waiting.add(delivery, probeAtMs);
      return;
    }
    if (outcome.status !== undefined) endpoint = 'answered';
    else if (endpoint === 'starting') endpoint = 'unknown';
    if (outcome.acked) {
      settle(delivery);
      return;
    }
    ledger.nack(delivery);
    if (delivery.attempts >= maxDeliveryAttempts) {
      await deadLetter(delivery, message);
      return;
    }
    const { messageId } = message;
    const { status, reason } = outcome;
    const delayMs = backoffMs(delivery.attempts, minBackoffMs, maxBackoffMs);
    waiting.add(delivery, performance.now() + delayMs);
    events.deliveryFailed({ messageId, attempt: delivery.attempts, status, reason, delayMs });
  }

  async function deadLetter(delivery: Delivery, message: TopicMessage): Promise<void> {
    if (deadLetterTopic === undefined) return;
    const source = { subscription: name, deliveryCount: delivery.attempts };
    await publishDeadLetter(publisher, deadLetterTopic, message, source);
    events.deadLettered(message.messageId, delivery.attempts);
    if (ledger.has(delivery)) settle(delivery);
  }

  const tail = createTopicTail(path, {
    get position() {
      return ledger.position;
    },
    hasRoom() {
      if (ledger.outstanding < MAX_OUTSTANDING) return ready.hasRoom(pushes.size);
      if (!backlogTold) events.backlogFull(MAX_OUTSTANDING);
      backlogTold = true;
      return false;
    },
    line(line) {
      const delivery = ledger.admit(line);
      if (delivery === undefined) return;
      delivery.message = line.message;
      enqueue(delivery, line.message.orderingKey);
      dispatch();
    },
    skipped({ offset, nextOffset, reason }) {
      ledger.skip(nextOffset);
      events.lineSkipped(offset, reason);
    },
    shrunk: startOver,
    failed: events.failed,
  });

  for (const delivery of ledger.leftovers()) {
    const key = subscription.ordering ? (await readMessageAt(path, delivery.offset))?.orderingKey : undefined;
    enqueue(delivery, key);
  }
  dispatch();
  tail.wake();

  return {
    topic,
    wake: () => tail.wake(),
    async backlog() {
      const unreadBytes = Math.max(0, (await sizeOf(path)) - ledger.position);
      return { subscription: name, outstanding: ledger.outstanding, inFlight: pushes.size, unreadBytes };
    },
    async stop(graceMs) {
      state = 'stopping';
      clearTimeout(timer);
      await tail.stop();
      const grace = setTimeout(() => {
        state = 'stopped';
        client.close();
      }, graceMs);
      await Promise.all(pushes);
      clearTimeout(grace);
      state = 'stopped';
      client.close();
      await ledger.close();
    },
  };
}
