import { ScorerError } from '../errors.ts';
import type { Frame, FrameData } from '../features/frame.ts';
import { isRefusal, type RunPlan, type Session } from '../model/session.ts';

/** What runs of a model take, undisturbed. */
export interface RunCost {
  /** A run of the smallest frame that is ever run. */
  readonly oneRowMs: number;
  /** A run of 64 rows. */
  readonly batchMs: number;
}

/** Where a model runs, and in pieces of how many rows. */
export interface RunnerChoice {
  readonly runner: 'inline' | 'workers';
  /** Rows a run at most: even, 2 to 2048. */
  readonly runRows: number;
}

/** Frames to measure with. */
export interface CostFrames {
  /** One row, or two where single rows are padded. */
  readonly oneRow: Frame;
  /** 64 rows, as different as there are. */
  readonly batch: Frame;
}

/** Rows of {@link CostFrames.batch}. */
export const BATCH_ROWS = 64;

const MAX_REPETITIONS = 10;
/** Time for the repetitions of one frame, but for the first three. */
const REPEAT_MS = 20;
/** Time for the first three: of what is slower fewer tell enough. */
const SLOW_MS = 500;
const LEAST_REPETITIONS = 3;
/** A batch that costs more goes to workers. */
const MAX_INLINE_BATCH_MS = 5;
/** Runs in the thread of the event loop aim at this: the fastest of a few flatters, and 5 ms is what they may take. */
const INLINE_RUN_MS = 4;
/** Runs in workers aim at this: what passes between threads doesn't show, and nobody waits long for his turn. */
export const WORKER_RUN_MS = 20;
const MAX_RUN_ROWS = 2048;

/**
 * Measures what runs cost: the fastest of a few, since disturbances only ever add, and a processor that others use
 * may stand still for longer than most runs take. Takes about 50 ms where that is enough for three runs of each frame,
 * for a slower model as long as these take; where one row alone costs more than a batch may, the batch isn't run at
 * all, but taken for so many rows.
 *
 * @param session in this thread, and nothing else runs in it meanwhile
 * @param nowMs a clock that never goes back and tells fractions of a millisecond
 */
export async function measureCost(
  session: Session,
  plan: RunPlan,
  { oneRow, batch }: CostFrames,
  nowMs: () => number,
): Promise<RunCost> {
  const fastestMs = async (frame: Frame): Promise<number> => {
    const startMs = nowMs();
    let bestMs = Number.POSITIVE_INFINITY;
    for (let done = 1; done <= MAX_REPETITIONS; done += 1) {
      const mixed = mixRows(frame, done - 1);
      const beforeMs = nowMs();
      await session.run(mixed, plan);
      bestMs = Math.min(bestMs, nowMs() - beforeMs);
      if (nowMs() - startMs > (done < LEAST_REPETITIONS ? SLOW_MS : REPEAT_MS)) break;
    }
    return bestMs;
  };
  const oneRowMs = await fastestMs(oneRow);
  if (oneRowMs > MAX_INLINE_BATCH_MS) return { oneRowMs, batchMs: (oneRowMs * batch.rows) / oneRow.rows };
  try {
    return { oneRowMs, batchMs: await fastestMs(batch) };
  } catch (error) {
    // some of 64 made-up rows may be none that the model takes: it is then taken for one that gains nothing by batches
    if (!(error instanceof ScorerError) || !isRefusal(error)) throw error;
    return { oneRowMs, batchMs: (oneRowMs * batch.rows) / oneRow.rows };
  }
}

/**
 * Decides where a model runs. In the thread of the event loop where a batch of 64 rows is done within 5 ms,
 * in pieces that block it no longer than about that; else in worker threads, in larger pieces.
 */
export function chooseRunner(cost: RunCost): RunnerChoice {
  const runner = cost.batchMs > MAX_INLINE_BATCH_MS ? 'workers' : 'inline';
  return { runner, runRows: rowsWithin(runner === 'inline' ? INLINE_RUN_MS : WORKER_RUN_MS, cost) };
}

/** Rows of a run that takes so long, by what a batch costs: even, 2 to 2048. */
export function rowsWithin(runMs: number, { batchMs }: RunCost): number {
  const rows = Math.floor((runMs * BATCH_ROWS) / batchMs / 2) * 2;
  return Math.min(Math.max(rows, 2), MAX_RUN_ROWS);
}

/**
 * Other rows of the same values, each feature taken from another row. A processor predicts the branches of rows
 * that it has seen: the same batch again would look cheaper than rows to come.
 */
function mixRows({ rows, data }: Frame, shift: number): Frame {
  let column = 0;
  const mixed = data.map((elements): FrameData => {
    const from = elements as Float32Array; // of any kind: elements are only moved
    const to = from.slice();
    const width = from.length / rows;
    for (let offset = 0; offset < width; offset += 1) {
      column += 1;
      for (let row = 0; row < rows; row += 1) {
        const source = (row + shift * column) % rows;
        to[row * width + offset] = from[source * width + offset] as number;
      }
    }
    return to;
  });
  return { rows, data: mixed };
}
