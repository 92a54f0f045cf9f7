import { type FSWatcher, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalPublisher } from '../adapters/local/publisher.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { lockDataFolder } from './broker-lock.ts';
import { type Backlog, type SubscriptionDelivery, startSubscription } from './subscription.ts';
import { checkSubscriptions, type Subscription } from './subscription-config.ts';

/** What a broker needs. */
export interface BrokerOptions {
  /** Holds `topics` and `subscriptions`; made when it isn't there. */
  readonly dataDir: string;
  readonly subscriptions: readonly Subscription[];
  readonly logger: Logger;
  readonly clock: Clock;
  /** How long `stop` waits for pushes under way. @default 10000 */
  readonly stopGraceMs?: number;
}

/** Pushes what is published to topic files to the subscribers, until they acknowledge it. */
export interface Broker {
  /** @throws ScorerError `USAGE` when another broker runs on the data folder */
  start(): Promise<void>;
  /**
   * Takes no new message, waits for pushes under way, and writes what was acknowledged. Nothing of
   * the broker is left: no timer, watcher or connection. What wasn't acknowledged comes again
   * after the next start.
   */
  stop(): Promise<void>;
  /** What each subscription has still to do; empty while the broker isn't running. */
  backlog(): Promise<readonly Backlog[]>;
}

/** Notices what the file system's events miss: network folders, exhausted watches, a folder made anew. */
const POLL_MS = 250;
const DEFAULT_STOP_GRACE_MS = 10_000;

/**
 * The laptop's Pub/Sub: at-least-once delivery by push, with retries, ordering and dead letters as
 * Pub/Sub has them, over the files that the local publisher writes.
 *
 * @throws ScorerError `INVALID_CONFIG` for a subscription that can't be
 */
export function createBroker(options: BrokerOptions): Broker {
  checkSubscriptions(options.subscriptions);
  let running: Promise<RunningBroker> | undefined;

  return {
    async start() {
      running ??= startBroker(options);
      try {
        await running;
      } catch (error) {
        running = undefined;
        throw error;
      }
    },
    async stop() {
      const stopping = running;
      running = undefined;
      await (await stopping)?.stop();
    },
    async backlog() {
      return (await (await running)?.backlog()) ?? [];
    },
  };
}

type RunningBroker = Pick<Broker, 'stop' | 'backlog'>;

async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const { dataDir, logger, clock, stopGraceMs = DEFAULT_STOP_GRACE_MS } = options;
  const topicsDir = join(dataDir, 'topics');
  await mkdir(topicsDir, { recursive: true });
  const lock = await lockDataFolder(dataDir);
  const publisher = createLocalPublisher({ dataDir, clock });
  const deliveries: SubscriptionDelivery[] = [];

  async function stopDeliveries(): Promise<void> {
    try {
      await Promise.all(deliveries.map((delivery) => delivery.stop(stopGraceMs)));
      await publisher.close();
    } finally {
      await lock.release();
    }
  }

  try {
    for (const subscription of options.subscriptions) {
      deliveries.push(await startSubscription(subscription, { dataDir, logger, publisher }));
    }
  } catch (error) {
    await stopDeliveries();
    throw error;
  }
  const wake = (file: string | null) => {
    for (const delivery of deliveries) {
      if (file === null || file === `${delivery.topic}.ndjson`) delivery.wake();
    }
  };
  const poll = setInterval(() => wake(null), POLL_MS);
  const watcher = watchFolder(topicsDir, wake);

  return {
    async stop() {
      clearInterval(poll);
      watcher?.close();
      await stopDeliveries();
    },
    backlog: () => Promise.all(deliveries.map((delivery) => delivery.backlog())),
  };
}

/** Events make it quick; without them, where a system has none to give, the poll is enough. */
function watchFolder(path: string, onChange: (file: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, (_, file) => onChange(file));
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
