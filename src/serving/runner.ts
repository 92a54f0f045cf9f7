import type { RunPlan, Session } from '../model/session.ts';
import type { Logger } from '../ports/logger.ts';
import { createInlineSession } from './inline-session.ts';
import { BATCH_ROWS, type CostFrames, chooseRunner, measureCost, type RunCost } from './run-cost.ts';

/** A session as it serves, and how to give it rows. */
export interface Runner {
  /** Runs rows, here or in workers. */
  readonly session: Session;
  readonly kind: 'inline' | 'workers';
  /** Rows a run at most; even. */
  readonly runRows: number;
  /** Runs at once that one caller with many rows gains by: 1 here; in workers two a thread, so that none waits for the next. */
  readonly parallelRuns: number;
  readonly cost: RunCost;
  /** What a row costs in large runs, in milliseconds, where all threads work. */
  readonly rowMs: number;
  /** True when a frame can't be used after it was given to the session. */
  readonly takesFrames: boolean;
}

/** What {@link openRunner} needs of its process. */
export interface RunnerParts {
  /** The model's bytes again, as the session was opened with them. */
  readonly readModel: () => Promise<Uint8Array>;
  /** CPUs that may be kept busy: so many threads a pool has. */
  readonly cpus: number;
  readonly logger: Logger;
  readonly atExit: (settle: () => void) => () => void;
  /** A clock that never goes back, in milliseconds with fractions. */
  readonly nowMs: () => number;
}

/**
 * Measures an open session and makes of it what serves: itself, a run at a time, or a pool of worker threads
 * where it would block the event loop for too long; it is then released.
 *
 * @param session in this thread, tested, and used by nobody else from now on
 * @throws ScorerError as `createSessionPool` does; the session is released then
 */
export async function openRunner(
  session: Session,
  plan: RunPlan,
  frames: CostFrames,
  { readModel, cpus, logger, atExit, nowMs }: RunnerParts,
): Promise<Runner> {
  const cost = await measureCost(session, plan, frames, nowMs).catch(async (error: unknown) => {
    await session.release();
    throw error;
  });
  const { runner: kind, runRows } = chooseRunner(cost);
  if (kind === 'inline') {
    return {
      session: createInlineSession(session, runRows),
      kind,
      runRows,
      parallelRuns: 1,
      cost,
      rowMs: cost.batchMs / BATCH_ROWS,
      takesFrames: false,
    };
  }
  await session.release(); // before the others open: one model less in memory
  const { createSessionPool } = await import('./session-pool.ts'); // most models need none
  const pool = await createSessionPool(readModel, { workers: cpus, logger, atExit });
  const rowMs = cost.batchMs / BATCH_ROWS / cpus;
  return { session: pool, kind, runRows, parallelRuns: 2 * cpus, cost, rowMs, takesFrames: true };
}
