import type { ShardMessage } from '../../src/batch/protocol/message.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** What a simulated message asks for: a step of the job, or all of it. */
export type Body = ShardMessage | 'notification';

/** What a broker and its subscription do. */
export interface BrokerOptions {
  /** Deliveries at once. */
  readonly workers: number;
  /** After so long a delivery that has no answer is made again. */
  readonly ackDeadlineS: number;
  readonly maxAttempts: number;
  readonly minBackoffS: number;
  readonly maxBackoffS: number;
  /** A delivery waits up to so long. */
  readonly maxDelayS: number;
  /** So often a message is delivered once more, before or after it is acknowledged, up to {@link maxDuplicateS} late. */
  readonly duplicates: number;
  readonly maxDuplicateS: number;
  /** So often a message is moved to the dead-letter topic as if its attempts were spent. */
  readonly lost: number;
}

/** A message under way. */
export interface Message {
  readonly body: Body;
  attempts: number;
  isAcknowledged: boolean;
}

/** A delivery; `settle` says what came of it. */
export interface BrokerDelivery {
  readonly body: Body;
  readonly attempt: number;
  settle(isAcknowledged: boolean): void;
}

/** What a broker has done so far. */
export interface BrokerCounts {
  published: number;
  deliveries: number;
  /** Messages moved to the dead-letter topic. */
  movedAway: number;
  /** Deliveries that asked for the finish. */
  finishes: number;
  /** When the first finish was published. */
  askedAtS: number | undefined;
  /** What all deliveries took together. */
  busyS: number;
}

/** A broker that delivers at least once. */
export interface Broker {
  publish(body: Body): void;
  readonly counts: BrokerCounts;
}

/** Creates a broker that hands its deliveries to `work`. */
export function createBroker(
  timeline: Timeline,
  random: Random,
  options: BrokerOptions,
  work: (delivery: BrokerDelivery) => void,
): Broker {
  const ready: Message[] = [];
  const counts: BrokerCounts = {
    published: 0,
    deliveries: 0,
    movedAway: 0,
    finishes: 0,
    askedAtS: undefined,
    busyS: 0,
  };
  let taken = 0;
  let busy = 0;

  const arrive = (message: Message): void => {
    ready.push(message);
    start();
  };
  const again = (message: Message): void => {
    if (message.isAcknowledged) return;
    if (message.attempts >= options.maxAttempts) {
      message.isAcknowledged = true;
      counts.movedAway += 1;
      return;
    }
    const backoff = Math.min(options.maxBackoffS, options.minBackoffS * 2 ** (message.attempts - 1));
    timeline.after(backoff, () => arrive(message));
  };
  const deliver = (message: Message): void => {
    message.attempts += 1;
    counts.deliveries += 1;
    if (message.body !== 'notification' && message.body.shard === 'finish') counts.finishes += 1;
    busy += 1;
    const begunAtS = timeline.nowS();
    let isOpen = true;
    const end = (isAcknowledged: boolean): void => {
      if (!isOpen) return; // an answer after the deadline counts for nothing
      isOpen = false;
      busy -= 1;
      counts.busyS += timeline.nowS() - begunAtS;
      if (isAcknowledged) message.isAcknowledged = true;
      else again(message);
      start();
    };
    timeline.after(options.ackDeadlineS, () => end(false));
    work({ body: message.body, attempt: message.attempts, settle: end });
  };
  function start(): void {
    while (busy < options.workers && taken < ready.length) {
      const message = ready[taken] as Message; // in bounds
      taken += 1;
      if (taken === 1024) taken = ready.splice(0, taken).length - 1024;
      deliver(message);
    }
  }
  return {
    counts,
    publish(body) {
      const message: Message = { body, attempts: 0, isAcknowledged: false };
      counts.published += 1;
      if (body !== 'notification' && body.shard === 'finish') counts.askedAtS ??= timeline.nowS();
      if (random.isHit(options.lost)) {
        counts.movedAway += 1;
        return;
      }
      timeline.after(random.next() * options.maxDelayS, () => arrive(message));
      if (random.isHit(options.duplicates)) {
        timeline.after(random.next() * options.maxDuplicateS, () => arrive(message));
      }
    },
  };
}
