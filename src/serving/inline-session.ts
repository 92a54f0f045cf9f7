import { type Frame, joinFrames } from '../features/frame.ts';
import type { RawTensor, RunPlan, Session, SharedRun } from '../model/session.ts';
import { hasRows, sliceTensors } from '../model/slice-tensors.ts';

interface WaitingRun {
  readonly frame: Frame;
  readonly plan: RunPlan;
  readonly resolve: (run: SharedRun | Promise<SharedRun>) => void;
}

/**
 * Wraps a session of this thread so that its runs happen one after the other, first come first served, with a
 * turn of the event loop between two of them: requests and timers are served meanwhile. Left alone, runs that
 * are asked for in one turn all block the next one, and their times add up.
 *
 * The turn costs nothing: the runtime works in a `setImmediate` callback, so a run that is asked for when the
 * one before is done waits for the next turn anyway. A run that nothing stands before starts at once. What
 * waits meanwhile, such as the requests of one turn, is run together. Where that fails each runs alone: nobody's
 * rows take down another's.
 *
 * @param session in this thread
 * @param maxRows of runs that are made together; a run that is larger on its own is made alone
 */
export function createInlineSession(session: Session, maxRows: number): Session {
  let queue: WaitingRun[] = [];
  /** Those that failed together: they go first. */
  let alone: WaitingRun[] = [];
  const idle: (() => void)[] = [];
  let isRunning = false;
  const start = (frame: Frame, plan: RunPlan): Promise<SharedRun> => {
    isRunning = true;
    const isOdd = frame.rows % 2 === 1 && !plan.oneByOne;
    const whole = isOdd ? joinFrames([frame], true) : frame;
    const run = session.run(whole, plan);
    run.then(next, next);
    return run.then((tensors) => ({ tensors, rows: whole.rows, from: 0 }));
  };
  const startTogether = (runs: readonly [WaitingRun, ...WaitingRun[]]): void => {
    const [first, ...others] = runs;
    const joined = joinFrames([first.frame, ...others.map(({ frame }) => frame)], true);
    const { rows } = joined;
    const settle = (tensors: readonly RawTensor[] | undefined): void => {
      let from = 0;
      if (tensors === undefined || !hasRows(tensors, rows)) alone = [...runs];
      else
        for (const { frame, resolve } of runs) {
          resolve({ tensors, rows, from });
          from += frame.rows;
        }
      next();
    };
    session.run(joined, first.plan).then(settle, () => settle(undefined));
  };
  const next = (): void => {
    const single = alone.shift();
    const [first, ...others] = single === undefined ? takeTogether() : [single];
    if (first === undefined) {
      isRunning = false;
      for (const resolve of idle.splice(0)) resolve();
    } else if (others.length === 0) first.resolve(start(first.frame, first.plan));
    else startTogether([first, ...others]);
  };
  /** The first run that waits, and those behind it that fit in with it. */
  const takeTogether = (): readonly WaitingRun[] => {
    const [first] = queue;
    if (first === undefined) return [];
    let rows = first.frame.rows;
    let count = 1;
    for (; count < queue.length && !first.plan.oneByOne; count += 1) {
      const { frame, plan } = queue[count] as WaitingRun;
      if (plan !== first.plan || rows + frame.rows > maxRows) break;
      rows += frame.rows;
    }
    const taken = queue.slice(0, count);
    queue = queue.slice(count);
    return taken;
  };
  const runShared = (frame: Frame, plan: RunPlan): Promise<SharedRun> => {
    if (!isRunning) return start(frame, plan);
    return new Promise((resolve) => queue.push({ frame, plan, resolve }));
  };
  return {
    inputs: session.inputs,
    outputs: session.outputs,
    runShared,
    async run(frame, plan) {
      const { tensors, rows, from } = await runShared(frame, plan);
      return rows === frame.rows ? tensors : sliceTensors(tensors, from, frame.rows);
    },
    async release() {
      if (isRunning) await new Promise<void>((resolve) => idle.push(resolve));
      await session.release();
    },
  };
}
