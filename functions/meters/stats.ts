import type { ErrorCode } from '../../src/errors.ts';
import { LATENCY_BOUNDS_MS, type RequestMeter } from './request-meter.ts';
import type { RowMeter } from './row-meter.ts';

/** Everything that was counted since the start. */
export interface Totals {
  readonly requests: RequestMeter;
  readonly rows: RowMeter;
  /** Requests that failed as a whole. */
  readonly errors: ReadonlyMap<ErrorCode, number>;
}

/** The fields of a `STATS` line: numbers, and objects of numbers. */
export type Stats = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

type Counts = Readonly<Record<string, number>>;

/** Totals as the line groups them. */
interface Snapshot {
  /** Fields of their own. */
  readonly flat: Counts;
  /** Requests that took no longer than each bound. */
  readonly latency: Counts;
  readonly rowErrors: Counts;
  readonly requestErrors: Counts;
}

/**
 * Creates what takes the counts since they were last taken; undefined where no request was answered since. What it
 * takes adds up, over lines and over instances.
 */
export function createStats(totals: Totals): () => Stats | undefined {
  let last: Snapshot | undefined;
  return () => {
    const before = last;
    const now = toSnapshot(totals);
    if (now.flat['requests'] === (before?.flat['requests'] ?? 0)) return undefined;
    last = now;
    return {
      ...toDifference(now.flat, before?.flat),
      latency: toDifference(now.latency, before?.latency),
      rowErrors: withoutZeros(toDifference(now.rowErrors, before?.rowErrors)),
      requestErrors: withoutZeros(toDifference(now.requestErrors, before?.requestErrors)),
    };
  };
}

function toSnapshot({ requests, rows, errors }: Totals): Snapshot {
  const within = requests.latency.cumulative();
  const statuses = { status2xx: 0, status3xx: 0, status4xx: 0, status429: 0, status5xx: 0 };
  for (const [status, count] of requests.statuses()) statuses[toStatusClass(status)] += count;
  const rowErrors = Object.fromEntries(rows.refused);
  return {
    flat: {
      requests: within.at(-1) ?? 0,
      ...statuses,
      rowsScored: rows.scored,
      rowsRefused: Object.values(rowErrors).reduce((sum, count) => sum + count, 0),
      latencyMs: Math.round(requests.latency.sum * 1000),
    },
    latency: Object.fromEntries(LATENCY_BOUNDS_MS.map((ms, place) => [`le_${ms}ms`, within[place] ?? 0])),
    rowErrors,
    requestErrors: Object.fromEntries(errors),
  };
}

/** 429 stands alone: it asks for more instances, the rest of 4xx for better callers. */
function toStatusClass(status: number): `status${'2xx' | '3xx' | '4xx' | '429' | '5xx'}` {
  if (status === 429) return 'status429';
  if (status >= 500) return 'status5xx';
  if (status >= 400) return 'status4xx';
  return status >= 300 ? 'status3xx' : 'status2xx';
}

function toDifference(now: Counts, before: Counts = {}): Record<string, number> {
  return Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)]));
}

function withoutZeros(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}
