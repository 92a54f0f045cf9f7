// Simulated time: what happens does so in order, and what waits for it runs before the next.
import { setImmediate } from 'node:timers/promises';

/** Things that will happen, in seconds since the beginning. */
export interface Timeline {
  nowS(): number;
  /** Lets something happen so many seconds from now. */
  after(seconds: number, event: () => void): void;
  /** Lets it all happen, until nothing is left to. */
  run(): Promise<void>;
}

interface Entry {
  readonly atS: number;
  readonly order: number;
  readonly event: () => void;
}

/** Creates a timeline at 0. */
export function createTimeline(): Timeline {
  const heap: Entry[] = [];
  let now = 0;
  let order = 0;
  return {
    nowS: () => now,
    after(seconds, event) {
      push(heap, { atS: now + seconds, order, event });
      order += 1;
    },
    async run() {
      for (let entry = pop(heap); entry !== undefined; entry = pop(heap)) {
        now = entry.atS;
        entry.event();
        await setImmediate(); // all that waited for the event has run up to its next wait
      }
    },
  };
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atS < b.atS || (a.atS === b.atS && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Entry; // in bounds, as below
    if (!isBefore(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
    if (!isBefore(heap[child] as Entry, last)) break;
    heap[at] = heap[child] as Entry;
    at = child;
  }
  heap[at] = last;
  return first;
}
