/** Items that wait for their time, the earliest first. */
export interface BackoffQueue<T> {
  add(item: T, dueMs: number): void;
  /** When the first one is due; undefined when none waits. */
  nextDueMs(): number | undefined;
  /** Takes the first one out if its time has come. */
  takeDue(nowMs: number): T | undefined;
  clear(): void;
}

/** A {@link BackoffQueue}; adding and taking cost the logarithm of what waits. */
export function createBackoffQueue<T>(): BackoffQueue<T> {
  const heap: { readonly item: T; readonly dueMs: number }[] = [];
  const dueAt = (index: number) => heap[index]?.dueMs ?? Number.POSITIVE_INFINITY;

  function swap(a: number, b: number): void {
    const first = heap[a];
    const second = heap[b];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  }

  function add(item: T, dueMs: number): void {
    let index = heap.push({ item, dueMs }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (dueAt(parent) <= dueMs) return;
      swap(parent, index);
      index = parent;
    }
  }

  function takeDue(nowMs: number): T | undefined {
    if (dueAt(0) > nowMs) return undefined;
    swap(0, heap.length - 1);
    const taken = heap.pop();
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const child = dueAt(left + 1) < dueAt(left) ? left + 1 : left;
      if (dueAt(child) >= dueAt(index)) return taken?.item;
      swap(child, index);
      index = child;
    }
  }

  return {
    add,
    takeDue,
    nextDueMs: () => heap[0]?.dueMs,
    clear: () => {
      heap.length = 0;
    },
  };
}

/**
 * How long to wait after a failed attempt: doubling from `minMs` up to `maxMs`, spread at random
 * over the upper half so that what failed together doesn't come back together.
 *
 * @param attempt the attempts so far, from 1
 */
export function backoffMs(attempt: number, minMs: number, maxMs: number): number {
  const highest = Math.min(maxMs, minMs * 2 ** attempt);
  const lowest = Math.max(minMs, highest / 2);
  return lowest + Math.random() * (highest - lowest);
}
