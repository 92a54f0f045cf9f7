import type { Output } from './outputs.ts';

/** From the publishing of a message to that of each output that names it, in milliseconds, ascending. */
export function toLatencies(outputs: readonly Output[]): number[] {
  const latencies = outputs.map(({ data, publishedMs }) => {
    const { publish_time: sentAt } = JSON.parse(data.toString()) as { readonly publish_time: string };
    return publishedMs - Date.parse(sentAt);
  });
  return latencies.sort((a, b) => a - b);
}

/** A percentile by its nearest rank. @param sorted ascending */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
}
