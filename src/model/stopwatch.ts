import type { Clock } from '../ports/clock.ts';

/** What a load cost: milliseconds of each part, and the bytes that it read. Parts may overlap. */
export interface LoadCost {
  /** Importing the model runtime, which happens once a process. */
  readonly importMs: number;
  /** Reading the manifest and the files that it names. */
  readonly readMs: number;
  readonly checksumMs: number;
  readonly sessionMs: number;
  readonly selfTestMs: number;
  readonly bytes: number;
}

/** Measures the parts of one load. */
export interface Stopwatch {
  /** Runs a part and adds the time it took to that part's. */
  time<T>(part: keyof Omit<LoadCost, 'bytes'>, run: () => T | Promise<T>): Promise<T>;
  addBytes(bytes: number): void;
  cost(): LoadCost;
}

/** Creates a stopwatch that has measured nothing. */
export function createStopwatch(clock: Clock): Stopwatch {
  const cost = { importMs: 0, readMs: 0, checksumMs: 0, sessionMs: 0, selfTestMs: 0, bytes: 0 };
  return {
    async time(part, run) {
      const startMs = clock.nowMs();
      try {
        return await run();
      } finally {
        cost[part] += clock.nowMs() - startMs;
      }
    },
    addBytes(bytes) {
      cost.bytes += bytes;
    },
    cost: () => ({ ...cost }),
  };
}
