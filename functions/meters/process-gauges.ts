import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Sample } from './metric-text.ts';

const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.99, 1];

/**
 * Creates a reader of the event loop's delays since it was last asked, by quantile, in seconds. What measures them
 * starts when it is first asked: nobody pays for it where nobody asks.
 */
export function createLoopDelay(): () => readonly Sample[] {
  let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;
  return () => {
    if (histogram === undefined) {
      histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      histogram.enable();
    }
    const known = histogram;
    if (known.count === 0) return [];
    const samples = QUANTILES.map((quantile) => {
      const ms = known.percentile(quantile * 100) / 1e6 - RESOLUTION_MS;
      return { labels: { quantile: String(quantile) }, value: Math.max(0, ms) / 1000 };
    });
    known.reset();
    return samples;
  };
}

/** Memory that the process has in RAM, in bytes. */
export function readResidentBytes(): number {
  return process.memoryUsage.rss();
}

/** Processor time of the process so far, in seconds. */
export function readCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** When the process started, in seconds since 1970. */
export function readStartSeconds(): number {
  return performance.timeOrigin / 1000;
}
