// What the contenders that run on Node share: the clock, and the line that they print.
import { readFileSync } from 'node:fs';

/**
 * Measures some work and prints its one line of JSON: `seconds`, `rows` (null where none are counted) and `rssMb`, the
 * most memory that the process had, in MB. What was imported and made before isn't counted.
 */
export async function printTime(work: () => Promise<number | null>): Promise<void> {
  const startMs = performance.now();
  const rows = await work();
  const seconds = (performance.now() - startMs) / 1000;
  console.log(JSON.stringify({ seconds, rows, rssMb: peakMb() }));
}

/** Linux alone tells it without what the parent had. */
function peakMb(): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kib === undefined) throw new Error('/proc/self/status has no VmHWM: this needs Linux.');
  return (Number(kib) * 1024) / 1e6;
}
