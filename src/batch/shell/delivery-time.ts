/** How much of a delivery's time is gone. */
export interface DeliveryTime {
  /** Aborts when all of it is. */
  readonly signal: AbortSignal;
  /** True when nothing more should be begun. */
  isLate(): boolean;
  /** True when what is under way should come to an end. */
  isOver(): boolean;
  /** True while most of it is left. */
  isFresh(): boolean;
}

/** A range takes about a minute, so that one can still be begun before this. */
const LATE_SHARE = 0.75;
/** What is left then is for the end of an upload and a record. */
const OVER_SHARE = 0.9;
const FRESH_SHARE = 0.1;

/**
 * Begins to count.
 *
 * @param timeoutMs all that the delivery has
 * @param nowMs a clock, in milliseconds
 */
export function createDeliveryTime(
  timeoutMs: number,
  nowMs: () => number,
  signal: AbortSignal,
): DeliveryTime {
  const startMs = nowMs();
  const share = (): number => (nowMs() - startMs) / timeoutMs;
  return {
    signal,
    isLate: () => share() >= LATE_SHARE,
    isOver: () => share() >= OVER_SHARE,
    isFresh: () => share() < FRESH_SHARE,
  };
}
