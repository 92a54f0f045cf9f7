/** Counts of values by upper bounds, and their sum. */
export class Histogram {
  /** Upper bounds, ascending, each within its bucket. */
  readonly bounds: readonly number[];
  readonly #counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.sum += value;
  }

  /** For each bound, and then for infinity, how many values were not above it. */
  cumulative(): number[] {
    let count = 0;
    return Array.from(this.#counts, (each) => {
      count += each;
      return count;
    });
  }
}
