import { Histogram } from './histogram.ts';

/** Upper bounds of latencies, in milliseconds: from one prediction to a delivery of a large shard. */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000,
];

const STATUSES = 600;

/** Requests of one route: how many of each status, and how long they took. */
export class RequestMeter {
  readonly #statuses = new Float64Array(STATUSES);
  /** In seconds. */
  readonly latency = new Histogram(LATENCY_BOUNDS_MS.map((ms) => ms / 1000));

  observe(status: number, ms: number): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.latency.observe(ms / 1000);
  }

  /** Each status that there was, with its count. */
  *statuses(): Generator<readonly [number, number], void> {
    for (const [status, count] of this.#statuses.entries()) if (count > 0) yield [status, count];
  }
}
