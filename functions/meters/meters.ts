import type { HttpParts } from '../../src/compose.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { ModelIdentity } from '../../src/model/model.ts';
import type { Observer } from '../router.ts';
import { logRequest } from './request-line.ts';
import { RequestMeter } from './request-meter.ts';
import { RowMeter } from './row-meter.ts';
import { createStats } from './stats.ts';

/** A `STATS` line is written so often at most, in milliseconds. */
const STATS_MS = 10_000;

/** What was counted since the start. */
export interface Counts {
  readonly routes: ReadonlyMap<string, RequestMeter>;
  readonly rows: RowMeter;
  /** Requests that failed as a whole. */
  readonly errors: ReadonlyMap<ErrorCode, number>;
  /** Requests that came and are not answered yet. */
  readonly inProgress: number;
}

/** Counts the requests of a function. */
export interface Meters extends Observer {
  readonly counts: Counts;
  /** Logs what was counted since the last `STATS` line, where there is something. */
  flush(): void;
}

/** What {@link createMeters} needs. */
export type MetersParts = Pick<HttpParts, 'scorer' | 'logger' | 'project' | 'requestLogRatio'>;

/**
 * Creates the meters of a function. A `STATS` line is written by the first request 10 s or more after the last one,
 * and by no timer: an instance without requests has no processor.
 *
 * @param nowMs a clock that never goes back
 */
export function createMeters(
  { scorer, logger, project, requestLogRatio = 0 }: MetersParts,
  nowMs: () => number = () => performance.now(),
): Meters {
  const routes = new Map<string, RequestMeter>();
  const work = new RequestMeter();
  const rows = new RowMeter();
  const errors = new Map<ErrorCode, number>();
  const takeStats = createStats({ requests: work, rows, errors });
  let inProgress = 0;
  let lastMs = nowMs();

  const toModel = (): { readonly model?: ModelIdentity } => {
    const now = scorer.state();
    return now.state === 'ready' ? { model: now.identity } : {};
  };
  const logStats = (now: number): void => {
    const stats = takeStats();
    const seconds = Math.round((now - lastMs) / 1000);
    lastMs = now;
    if (stats === undefined) return;
    logger.log(
      'INFO',
      'STATS',
      `${stats['requests']} requests in ${seconds} s, ${stats['rowsScored']} rows scored.`,
      {
        ...{ seconds, ...stats, ...toModel() },
      },
    );
  };

  return {
    counts: {
      ...{ routes, rows, errors },
      get inProgress() {
        return inProgress;
      },
    },
    flush: () => logStats(nowMs()),
    begin() {
      const now = nowMs();
      inProgress += 1;
      if (now - lastMs >= STATS_MS) logStats(now);
      return now;
    },
    end(request, { route, status, code, startMs }) {
      const ms = nowMs() - startMs;
      inProgress -= 1;
      meterOf(routes, route).observe(status, ms);
      if (request.method === 'POST') work.observe(status, ms);
      if (request.rows !== undefined) rows.add(request.rows);
      if (code !== undefined) errors.set(code, (errors.get(code) ?? 0) + 1);
      if (status < 500 && (requestLogRatio === 0 || Math.random() >= requestLogRatio)) return;
      logRequest(logger, request, { route, status, ms, project, ...toModel() });
    },
  };
}

function meterOf(routes: Map<string, RequestMeter>, route: string): RequestMeter {
  const known = routes.get(route);
  if (known !== undefined) return known;
  const meter = new RequestMeter();
  routes.set(route, meter);
  return meter;
}
