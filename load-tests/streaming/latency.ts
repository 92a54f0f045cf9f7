/** Percentiles of latencies by their nearest rank, as text; of none where there are none. */
export function describeLatency(latenciesMs: readonly number[]): string {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const shown = [50, 90, 99].map((percent) => `p${percent} ${percentile(sorted, percent)} ms`);
  return `From publish to prediction: ${shown.join(', ')}, at most ${sorted.at(-1)} ms.`;
}

function percentile(sorted: readonly number[], percent: number): number | undefined {
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1];
}
