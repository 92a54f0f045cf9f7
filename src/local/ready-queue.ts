import type { Delivery } from './subscription-ledger.ts';

/** Deliveries that may be pushed now, first come, first served. */
export interface ReadyQueue {
  readonly size: number;
  add(delivery: Delivery): void;
  take(): Delivery | undefined;
  /** Whether one more message may be held in memory. */
  hasRoom(inFlight: number): boolean;
  /** Whether so few are held that reading on is worth while. */
  isLow(inFlight: number): boolean;
  clear(): void;
}

/** Messages held in memory at most, those being pushed included. */
export const MAX_HELD_MESSAGES = 1000;
const MAX_HELD_BYTES = 32 * 1024 * 1024;
const MIN_GARBAGE = 1024;

/** A {@link ReadyQueue}: up to 1,000 messages or 32 MiB of them, besides those without their data. */
export function createReadyQueue(): ReadyQueue {
  let items: (Delivery | undefined)[] = [];
  let first = 0;
  let heldBytes = 0;

  return {
    get size() {
      return items.length - first;
    },
    add(delivery) {
      items.push(delivery);
      heldBytes += delivery.message?.data.byteLength ?? 0;
    },
    take() {
      const delivery = items[first];
      if (delivery === undefined) return undefined;
      items[first] = undefined;
      first += 1;
      if (first > MIN_GARBAGE && first * 2 > items.length) {
        items = items.slice(first);
        first = 0;
      }
      heldBytes -= delivery.message?.data.byteLength ?? 0;
      return delivery;
    },
    hasRoom(inFlight) {
      return items.length - first + inFlight < MAX_HELD_MESSAGES && heldBytes < MAX_HELD_BYTES;
    },
    isLow(inFlight) {
      return items.length - first + inFlight <= MAX_HELD_MESSAGES / 2 && heldBytes <= MAX_HELD_BYTES / 2;
    },
    clear() {
      items = [];
      first = 0;
      heldBytes = 0;
    },
  };
}
