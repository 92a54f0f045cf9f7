import type { Frame } from '../features/frame.ts';
import type { RawTensor, RunPlan, Session } from '../model/session.ts';

interface WaitingRun {
  readonly frame: Frame;
  readonly plan: RunPlan;
  readonly resolve: (tensors: Promise<readonly RawTensor[]>) => void;
}

/**
 * Wraps a session of this thread so that its runs happen one after the other, first come first served, with a
 * turn of the event loop between two of them: requests and timers are served meanwhile. Left alone, runs that
 * are asked for in one turn all block the next one, and their times add up.
 *
 * The turn costs nothing: the runtime works in a `setImmediate` callback, so a run that is asked for when the
 * one before is done waits for the next turn anyway. A run that nothing stands before starts at once.
 */
export function createInlineSession(session: Session): Session {
  const queue: WaitingRun[] = [];
  const idle: (() => void)[] = [];
  let isRunning = false;
  const start = (frame: Frame, plan: RunPlan): Promise<readonly RawTensor[]> => {
    isRunning = true;
    const run = session.run(frame, plan);
    run.then(next, next);
    return run;
  };
  const next = (): void => {
    const waiting = queue.shift();
    if (waiting !== undefined) waiting.resolve(start(waiting.frame, waiting.plan));
    else {
      isRunning = false;
      for (const resolve of idle.splice(0)) resolve();
    }
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
