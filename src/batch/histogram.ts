/** Bins of a histogram, at most. */
export const BINS = 20;

/** How the values of one kind were distributed: plain data, which passes between threads. */
export interface Histogram {
  /** What the values are: `probability`, `score`, `value`, or a target's name. */
  readonly name: string;
  /**
   * Bins are 2^`exponent` wide, which is the least that {@link BINS} of them hold `min` to `max` with; null for
   * probabilities, whose bins part 0 to 1 evenly.
   */
  readonly exponent: number | null;
  /** The first bin begins at `first` widths. */
  readonly first: number;
  /** Of each bin. A bin has its lower bound; the last one of probabilities has 1 too. */
  readonly counts: readonly number[];
  /** Of the finite values; 0 where there are none. */
  readonly min: number;
  readonly max: number;
  /** Values that are no number, or infinite: they are in no bin. */
  readonly notFinite: number;
}

/** Counts values into bins as they come. */
export interface HistogramCounter {
  /** Takes every `stride`th value from `offset` on. */
  add(values: Float32Array, offset: number, stride: number): void;
  /** What came so far. */
  result(): Histogram;
}

/** The exponent of the smallest float32: no narrower bin is needed. */
const MIN_EXPONENT = -149;

/** The width of one bin. */
export function binWidth({ exponent }: Pick<Histogram, 'exponent'>): number {
  return exponent === null ? 1 / BINS : 2 ** exponent;
}

/** Where the bins of probabilities begin, as float32: what is written 0.35 is not below 0.35. */
const UNIT_BOUNDS = Float32Array.from({ length: BINS }, (_, bin) => bin / BINS);

/** Counts probabilities: the bins are known from the start. */
export function createUnitCounter(name: string): HistogramCounter {
  const counts = new Float64Array(BINS);
  let [min, max, notFinite] = [Infinity, -Infinity, 0];
  return {
    add(values, offset, stride) {
      for (let index = offset; index < values.length; index += stride) {
        const value = (values[index] ?? 0) + 0; // no -0
        if (!Number.isFinite(value)) {
          notFinite += 1;
          continue;
        }
        if (value < min) min = value;
        if (value > max) max = value;
        let bin = Math.max(0, Math.min(BINS - 1, Math.floor(value * BINS)));
        if (value >= (UNIT_BOUNDS[bin + 1] ?? Infinity)) bin += 1;
        else if (bin > 0 && value < (UNIT_BOUNDS[bin] ?? 0)) bin -= 1;
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
    },
    result: () => ({
      ...{ name, exponent: null, first: 0, counts: [...counts], notFinite },
      ...{ min: min > max ? 0 : min, max: min > max ? 0 : max },
    }),
  };
}

/**
 * Counts values of any range in bins whose width is a power of two. When a value is outside, the width doubles until
 * all fit: bins join in pairs, so that no count is guessed. What comes out depends on the values alone, not on their
 * order, nor on how they were split among counters that are merged.
 */
export function createRangeCounter(name: string): HistogramCounter {
  let counts = new Float64Array(BINS);
  let [min, max, notFinite] = [Infinity, -Infinity, 0];
  let [exponent, first, perValue] = [MIN_EXPONENT, 0, 2 ** -MIN_EXPONENT];

  function widen(value: number): void {
    const isFirst = min > max;
    min = Math.min(min, value);
    max = Math.max(max, value);
    const from: Bins = { exponent, first: isFirst ? Math.floor(value * perValue) : first, counts };
    const fitting = leastExponent(min, max, exponent);
    const to = { exponent: fitting, first: Math.floor(min * 2 ** -fitting) };
    counts = rebin(from, to);
    ({ exponent, first } = to);
    perValue = 2 ** -exponent;
  }

  return {
    add(values, offset, stride) {
      for (let index = offset; index < values.length; index += stride) {
        const value = (values[index] ?? 0) + 0; // no -0
        if (!Number.isFinite(value)) {
          notFinite += 1;
          continue;
        }
        if (value < min || value > max) widen(value);
        const bin = Math.floor(value * perValue) - first;
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
    },
    result: () =>
      min > max
        ? { name, exponent: MIN_EXPONENT, first: 0, counts: none(), min: 0, max: 0, notFinite }
        : { name, exponent, first, counts: [...counts], min, max, notFinite },
  };
}

/** Two histograms of the same values' kind as one: what one counter would have made of all their values. */
export function mergeHistograms(a: Histogram, b: Histogram): Histogram {
  const notFinite = a.notFinite + b.notFinite;
  if (isEmpty(b)) return { ...a, notFinite };
  if (isEmpty(a)) return { ...b, notFinite };
  const [min, max] = [Math.min(a.min, b.min), Math.max(a.max, b.max)];
  const add = (left: Iterable<number>, right: ArrayLike<number>): number[] =>
    Array.from(left, (count, index) => count + (right[index] ?? 0));
  if (a.exponent === null || b.exponent === null) {
    return { ...a, counts: add(a.counts, b.counts), min, max, notFinite };
  }
  const exponent = leastExponent(min, max, Math.max(a.exponent, b.exponent));
  const to = { exponent, first: Math.floor(min * 2 ** -exponent) };
  const counts = add(rebin({ ...a, exponent: a.exponent }, to), rebin({ ...b, exponent: b.exponent }, to));
  return { name: a.name, ...to, counts, min, max, notFinite };
}

interface Bins {
  readonly exponent: number;
  readonly first: number;
  readonly counts: ArrayLike<number>;
}

/** The least exponent, from `from` on, with which the range fits. Scaling by a power of two is exact, so floors are. */
function leastExponent(min: number, max: number, from: number): number {
  let exponent = from;
  while (Math.floor(max * 2 ** -exponent) - Math.floor(min * 2 ** -exponent) >= BINS) exponent += 1;
  return exponent;
}

/** Counts in bins that are wider by a power of two, or as wide: each old bin lies in one of the new ones. */
function rebin({ exponent, first, counts }: Bins, to: Omit<Bins, 'counts'>): Float64Array<ArrayBuffer> {
  const rebinned = new Float64Array(BINS);
  const narrower = 2 ** (exponent - to.exponent);
  for (let index = 0; index < BINS; index += 1) {
    const count = counts[index] ?? 0;
    const bin = Math.floor((first + index) * narrower) - to.first;
    if (count > 0) rebinned[bin] = (rebinned[bin] ?? 0) + count;
  }
  return rebinned;
}

function isEmpty({ counts }: Histogram): boolean {
  return counts.every((count) => count === 0);
}

function none(): number[] {
  return Array.from({ length: BINS }, () => 0);
}
