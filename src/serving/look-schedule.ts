import type { Clock } from '../ports/clock.ts';

/** Decides when to look for another model. Requests alone move it on: between them there is no CPU. */
export interface LookSchedule {
  /**
   * Notes a request: the first one later than a period after the last look starts the next, in the
   * background.
   *
   * @returns what the request should wait for, if for anything: a look, at most 2 s, where the last one is
   * ten periods old
   */
  touch(): Promise<void> | undefined;
  /** Looks now: after the look under way, if there is one, since that may have come too early. */
  now(): Promise<void>;
  /** When the last look that has ended began, in milliseconds since 1970. */
  lastMs(): number;
}

/** Of looks as old as this many periods a request waits for the next one. */
const STALE_PERIODS = 10;

/** The longest that requests wait for a look, in milliseconds, all of them together. */
const MAX_WAIT_MS = 2000;

/** How often to look, and how. */
export interface LookScheduleOptions {
  readonly clock: Clock;
  /** Milliseconds; 0 for never. */
  readonly periodMs: number;
  /** When the first load began: that was a look, too. */
  readonly lastMs: number;
  /** Looks, and loads what it finds. Never rejects. */
  readonly look: (options: { readonly isAskedFor: boolean }) => Promise<void>;
}

/** Creates the schedule of a model that is served. One look is under way at a time. */
export function createLookSchedule({ clock, periodMs, lastMs, look }: LookScheduleOptions): LookSchedule {
  let lastLookMs = lastMs;
  let underWay: Promise<void> | undefined;
  let wait: Promise<void> | undefined;
  const start = (isAskedFor: boolean): Promise<void> => {
    const startMs = clock.nowMs();
    wait = undefined;
    underWay = look({ isAskedFor }).finally(() => {
      lastLookMs = startMs;
      underWay = undefined;
    });
    return underWay;
  };
  return {
    touch() {
      if (periodMs === 0) return undefined;
      const ageMs = clock.nowMs() - lastLookMs;
      if (ageMs >= 0 && ageMs < periodMs) return undefined; // below 0 the clock was set back
      const looking = underWay ?? start(false);
      if (ageMs < STALE_PERIODS * periodMs) return undefined;
      wait ??= atMost(looking, MAX_WAIT_MS);
      return wait;
    },
    async now() {
      await underWay;
      await (underWay ?? start(true));
    },
    lastMs: () => lastLookMs,
  };
}

async function atMost(promise: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}
