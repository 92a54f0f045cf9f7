/**
 * The process that a model is tried in: gets one task from its parent, sends one outcome, and ends. What
 * the native runtime does to it, it does to no other.
 */
import { Worker } from 'node:worker_threads';
import { toErrorMessage } from '../errors.ts';
import { makeFirstManifest } from '../model/init/init.ts';
import { openModel, placeInline } from '../model/open.ts';
import { createStopwatch } from '../model/stopwatch.ts';
import type { TrialOutcome, TrialTask } from './messages.ts';

const { ppid } = process;
new Worker(new URL(import.meta.url.endsWith('.ts') ? './watchdog.ts' : './watchdog.js', import.meta.url), {
  workerData: ppid,
}).unref();

process.once('message', (task: TrialTask) => {
  void attempt(task).then((outcome) => {
    process.send?.(outcome, undefined, undefined, () => process.disconnect());
  });
});

async function attempt(task: TrialTask): Promise<TrialOutcome> {
  try {
    if (task.kind === 'describe') return { first: await makeFirstManifest(task.bare, task.options) };
    const model = await openModel(task.parts, {
      watch: createStopwatch(),
      place: placeInline,
    });
    await model.release();
    return {};
  } catch (error) {
    return { error: toErrorMessage(error) };
  }
}
