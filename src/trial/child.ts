/**
 * The process that a model is tried in: gets one task from its parent, sends one outcome, and ends. What
 * the native runtime does to it, it does to no other.
 */
import { ScorerError } from '../errors.ts';
import { makeFirstManifest } from '../model/init/init.ts';
import { openModel, placeInline } from '../model/open.ts';
import { createStopwatch } from '../model/stopwatch.ts';
import type { TrialOutcome, TrialTask } from './messages.ts';

process.once('message', (task: TrialTask) => {
  void attempt(task).then((outcome) => {
    process.send?.(outcome, undefined, undefined, () => process.disconnect());
  });
});

async function attempt(task: TrialTask): Promise<TrialOutcome> {
  try {
    if (task.kind === 'describe') return { first: await makeFirstManifest(task.bare, task.options) };
    const model = await openModel(task.parts, {
      watch: createStopwatch({ nowMs: () => 0 }),
      place: placeInline,
    });
    await model.release();
    return {};
  } catch (error) {
    if (error instanceof ScorerError) {
      return { error: { message: error.message, code: error.code, detail: error.detail } };
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { error: { message, code: 'INTERNAL', detail: {} } };
  }
}
