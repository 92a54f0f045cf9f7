import { ScorerError } from '../errors.ts';
import { type Frame, sliceFrame } from '../features/frame.ts';
import type { Model } from './model.ts';
import { joinPredictions, type Predictions } from './predictions.ts';
import { isRefusal } from './session.ts';

/** A row that fits the manifest, and that the runtime can't compute with. */
export interface RefusedRow {
  /** Its place in the frame, from 0. */
  readonly row: number;
  /** The runtime's own words. */
  readonly reason: string;
}

/** What became of the rows of a frame. */
export interface PredictedFrame {
  /** Of the rows that were not refused, in their order. */
  readonly predictions: Predictions;
  /** Ascending; empty but for models that look values up, such as embeddings. */
  readonly refused: readonly RefusedRow[];
}

/**
 * Predicts any number of rows, in runs of `model.runRows` of which `model.parallelRuns` are under way
 * at once. A run that the runtime refuses is made again in halves, until the rows are found that it is for:
 * no row takes down its neighbours. Nothing is under way any more when this returns or throws.
 */
export function predictFrame(model: Model, frame: Frame): Promise<PredictedFrame> {
  const isOneRun = frame.rows > 0 && frame.rows <= model.runRows;
  return isOneRun ? predictRows(model, frame, 0, frame.rows) : predictInRuns(model, frame);
}

async function predictInRuns(model: Model, frame: Frame): Promise<PredictedFrame> {
  const { runRows, parallelRuns } = model;
  const parts: PredictedFrame[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let part = next; part * runRows < frame.rows; part = next) {
      next += 1;
      const start = part * runRows;
      parts[part] = await predictRows(model, frame, start, Math.min(start + runRows, frame.rows));
    }
  };
  const stopOthers = (error: unknown): never => {
    next = Infinity;
    throw error;
  };
  if (parallelRuns === 1) {
    await work();
  } else {
    const workers = Array.from({ length: parallelRuns }, () => work().catch(stopOthers));
    for (const outcome of await Promise.allSettled(workers)) {
      if (outcome.status === 'rejected') throw outcome.reason;
    }
  }
  return joinParts(model, parts);
}

const NOTHING_REFUSED: readonly RefusedRow[] = [];

async function predictRows(model: Model, frame: Frame, start: number, end: number): Promise<PredictedFrame> {
  try {
    return {
      predictions: await model.run(sliceFrame(frame, model.schema.inputs, start, end)),
      refused: NOTHING_REFUSED,
    };
  } catch (error) {
    if (!(error instanceof ScorerError) || !isRefusal(error)) throw error;
    if (end - start === 1) {
      const { message: reason } = error;
      return { predictions: joinPredictions(model.output, []), refused: [{ row: start, reason }] };
    }
    const middle = start + Math.ceil((end - start) / 4) * 2; // even, as all runs but the last are
    const halves =
      middle < end
        ? ([
            [start, middle],
            [middle, end],
          ] as const)
        : ([
            [start, start + 1],
            [start + 1, end],
          ] as const);
    const parts: PredictedFrame[] = [];
    for (const [from, to] of halves) parts.push(await predictRows(model, frame, from, to));
    return joinParts(model, parts);
  }
}

function joinParts({ output }: Model, parts: readonly PredictedFrame[]): PredictedFrame {
  return {
    predictions: joinPredictions(
      output,
      parts.map(({ predictions }) => predictions),
    ),
    refused: parts.flatMap(({ refused }) => refused),
  };
}
