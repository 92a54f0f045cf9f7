import { type Frame, joinFrames } from '../features/frame.ts';
import type { RawTensor, RunPlan, Session } from '../model/session.ts';
import { splitTensors } from './split-tensors.ts';

interface WaitingRun {
  readonly frame: Frame;
  readonly plan: RunPlan;
  readonly resolve: (tensors: readonly RawTensor[] | Promise<readonly RawTensor[]>) => void;
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
  const start = (frame: Frame, plan: RunPlan): Promise<readonly RawTensor[]> => {
    isRunning = true;
    const run = session.run(frame, plan);
    run.then(next, next);
    return run;
  };
  const startTogether = (runs: readonly [WaitingRun, ...WaitingRun[]]): void => {
    const rows = runs.map(({ frame }) => frame.rows);
    const joined = joinFrames([runs[0].frame, ...runs.slice(1).map(({ frame }) => frame)]);
    const settle = (parts: readonly (readonly RawTensor[])[] | undefined): void => {
      if (parts === undefined) alone = [...runs];
      else for (const [index, { resolve }] of runs.entries()) resolve(parts[index] ?? []);
      next();
    };
    session.run(joined, runs[0].plan).then(
      (tensors) => settle(splitTensors(tensors, rows)),
      () => settle(undefined),
    );
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
  return {
    inputs: session.inputs,
    outputs: session.outputs,
    run(frame: Frame, plan: RunPlan): Promise<readonly RawTensor[]> {
      if (!isRunning) return start(frame, plan);
      return new Promise((resolve) => queue.push({ frame, plan, resolve }));
    },
    async release() {
      if (isRunning) await new Promise<void>((resolve) => idle.push(resolve));
      await session.release();
    },
  };
}
