import type { Clock } from '../ports/clock.ts';

/**
 * What a load cost: milliseconds of each part, and the bytes that it read. Parts may overlap; what one part does
 * at the same time counts once.
 */
export interface LoadCost {
  /** Importing the model runtime and setting it up, which happens once a process. */
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
  /** Runs something of a part, and counts the time it took for that part. */
  time<T>(part: keyof Omit<LoadCost, 'bytes'>, run: () => T | Promise<T>): Promise<T>;
  addBytes(bytes: number): void;
  cost(): LoadCost;
}

const STOPPED: Clock = { nowMs: () => 0 };

/**
 * Creates a stopwatch that has measured nothing.
 *
 * @param clock a stopped one where nobody asks what a load cost
 */
export function createStopwatch(clock: Clock = STOPPED): Stopwatch {
  const cost = { importMs: 0, readMs: 0, checksumMs: 0, sessionMs: 0, selfTestMs: 0, bytes: 0 };
  const running = new Map<string, { count: number; readonly startMs: number }>();
  return {
    async time(part, run) {
      const own = running.get(part) ?? { count: 0, startMs: clock.nowMs() };
      running.set(part, own);
      own.count += 1;
      try {
        return await run();
      } finally {
        own.count -= 1;
        if (own.count === 0) {
          running.delete(part);
          cost[part] += clock.nowMs() - own.startMs;
        }
      }
    },
    addBytes(bytes) {
      cost.bytes += bytes;
    },
    cost: () => ({ ...cost }),
  };
}
