import { readTopic, type TopicLine, type TopicMessage } from '../adapters/local/topic-file.ts';
import type { Logger } from '../ports/logger.ts';
import { createSubscriptionLog, readSubscriptionState, type SubscriptionState } from './subscription-log.ts';
import { sizeOf } from './topic-tail.ts';

/** A message that was read and isn't acknowledged. */
export interface Delivery {
  /** Byte of the topic file at which its line begins. */
  readonly offset: number;
  /** Failed ones so far. */
  attempts: number;
  /** Absent while it need not be held; it can be read again at `offset`. */
  message?: TopicMessage;
  /** Set where the subscription is ordered. */
  orderingKey?: string;
  /** What waits for this one's end, where the subscription is ordered. */
  next?: Delivery;
}

/** What a subscription knows of its topic, in memory and in its file. */
export interface SubscriptionLedger {
  /** Byte up to which the topic file was read. */
  readonly position: number;
  /** Messages that were read and aren't acknowledged. */
  readonly outstanding: number;
  /** Those before `position` that an earlier process left, in the topic's order. */
  leftovers(): readonly Delivery[];
  /** Passes over a line; a delivery when its message isn't acknowledged yet. */
  admit(line: TopicLine): Delivery | undefined;
  /** Passes over bytes that are no message. */
  skip(nextOffset: number): void;
  /** False once it is acknowledged or the topic started over. */
  has(delivery: Delivery): boolean;
  ack(delivery: Delivery): void;
  /** Counts a failed attempt. */
  nack(delivery: Delivery): void;
  /** Forgets everything and goes back to the topic's first byte. */
  startOver(): void;
  close(): Promise<void>;
}

/** Where a ledger is kept, and of what. */
export interface LedgerOptions {
  /** The subscription's own file. */
  readonly path: string;
  readonly topic: string;
  /** The topic's file. */
  readonly topicFile: string;
  readonly logger: Logger;
}

/**
 * Opens the ledger of a subscription where its file left it. A new subscription begins at byte 0;
 * so does, with a warning, one whose file no longer fits the topic.
 */
export async function openSubscriptionLedger(options: LedgerOptions): Promise<SubscriptionLedger> {
  const { path, topic, topicFile, logger } = options;
  const stored = await readSubscriptionState(path);
  const misfit = stored === 'none' ? undefined : await findMisfit(stored, topic, topicFile);
  if (misfit !== undefined) {
    const message = `All of ${topicFile} is delivered again: ${misfit}`;
    logger.log('WARNING', 'TOPIC_RESTARTED', message, { path, topic });
  }
  const usable = typeof stored === 'object' && misfit === undefined ? stored : undefined;
  let first = usable?.first;
  let position = usable?.from ?? 0;
  // Of what lies ahead of the position: the reader takes each out as it comes by.
  const ackedAhead = usable?.acked ?? new Set<number>();
  const attemptsAhead = new Map<number, number>();
  const pending = new Map<number, Delivery>();
  for (const [offset, attempts] of [...(usable?.attempts ?? [])].sort(([a], [b]) => a - b)) {
    if (offset < position) pending.set(offset, { offset, attempts });
    else attemptsAhead.set(offset, attempts);
  }

  function* snapshot(): Generator<string> {
    yield toLine({ from: position, topic, first });
    for (const { offset, attempts } of pending.values()) yield toLine({ offset, attempts });
    for (const offset of ackedAhead) yield toLine({ offset, acked: true });
    for (const [offset, attempts] of attemptsAhead) yield toLine({ offset, attempts });
  }

  const log = createSubscriptionLog(path, snapshot, logger);
  await log.compact();

  return {
    get position() {
      return position;
    },
    get outstanding() {
      return pending.size;
    },
    leftovers: () => [...pending.values()],
    admit({ offset, nextOffset, message }) {
      if (first === undefined) {
        // Before anything is recorded about this file: a later file must not be taken for it.
        first = message.messageId;
        void log.compact();
      }
      position = nextOffset;
      if (ackedAhead.delete(offset)) return undefined;
      const delivery: Delivery = { offset, attempts: attemptsAhead.get(offset) ?? 0 };
      attemptsAhead.delete(offset);
      pending.set(offset, delivery);
      return delivery;
    },
    skip(nextOffset) {
      position = nextOffset;
    },
    has: (delivery) => pending.get(delivery.offset) === delivery,
    ack(delivery) {
      pending.delete(delivery.offset);
      log.record({ offset: delivery.offset, acked: true });
    },
    nack(delivery) {
      delivery.attempts += 1;
      log.record({ offset: delivery.offset, attempts: delivery.attempts });
    },
    startOver() {
      first = undefined;
      position = 0;
      pending.clear();
      ackedAhead.clear();
      attemptsAhead.clear();
      void log.compact();
    },
    close: () => log.close(),
  };
}

/** Why a subscription's file can't be trusted; undefined when it can. */
async function findMisfit(
  stored: SubscriptionState | 'damaged',
  topic: string,
  topicFile: string,
): Promise<string | undefined> {
  if (stored === 'damaged') return "the subscription's file is damaged";
  if (stored.topic !== topic) return `the subscription was to topic ${stored.topic} before`;
  const size = await sizeOf(topicFile);
  if (size < stored.from) return `the file has ${size} bytes, ${stored.from} were read of it before`;
  if (stored.first === undefined) return undefined;
  for await (const { message } of readTopic(topicFile)) {
    return message.messageId === stored.first ? undefined : 'the file is not the one that was read before';
  }
  return 'the file that was read before is gone';
}

function toLine(record: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(record)}\n`;
}
