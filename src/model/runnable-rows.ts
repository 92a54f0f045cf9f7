import { ScorerError } from '../errors.ts';
import { type Frame, sliceFrame } from '../features/frame.ts';
import { isRefusal, type RawTensor, type RunPlan, type Session } from './session.ts';

/** Rows that a model took, and what it answered. */
export interface RanRows {
  /** Places of the rows in the frame they are from. */
  readonly rows: readonly number[];
  readonly frame: Frame;
  readonly tensors: readonly RawTensor[];
}

/**
 * Runs made-up rows. Where the runtime refuses some of them (values that a model looks up, and that it does
 * not have), those that it takes are run without them.
 *
 * @throws ScorerError the refusal, when it takes none of them; what else a run throws
 */
export async function runTakenRows(session: Session, plan: RunPlan, frame: Frame): Promise<RanRows> {
  const rowOf = (row: number): Frame => sliceFrame(frame, plan.inputs, row, row + 1);
  try {
    const all = Array.from({ length: frame.rows }, (_, row) => row);
    return { rows: all, frame, tensors: await session.run(frame, plan) };
  } catch (refusal) {
    if (!(refusal instanceof ScorerError) || !isRefusal(refusal)) throw refusal;
    const rows: number[] = [];
    for (let row = 0; row < frame.rows; row += 1) {
      if (await isTaken(session, plan, rowOf(row))) rows.push(row);
    }
    if (rows.length === 0) throw refusal;
    const taken = joinRows(rows.map(rowOf));
    return { rows, frame: taken, tensors: await session.run(taken, plan) };
  }
}

async function isTaken(session: Session, plan: RunPlan, row: Frame): Promise<boolean> {
  try {
    await session.run(row, plan);
    return true;
  } catch (error) {
    if (error instanceof ScorerError && isRefusal(error)) return false;
    throw error;
  }
}

/** Rows of a few frames as one, once or again and again until there are so many. */
export function joinRows(frames: readonly Frame[], rows = frames.length): Frame {
  const parts = Array.from({ length: rows }, (_, index) => frames[index % frames.length]);
  const [first] = frames;
  const data = (first?.data ?? []).map((elements, input) => {
    const each = parts.map((part) => part?.data[input] ?? []);
    if (Array.isArray(elements)) return each.flatMap((texts) => texts as string[]);
    const Elements = elements.constructor as Float32ArrayConstructor; // any kind of typed array
    const out = new Elements(elements.length * rows);
    each.forEach((numbers, row) => {
      out.set(numbers as Float32Array, row * elements.length);
    });
    return out;
  });
  return { rows, data };
}
