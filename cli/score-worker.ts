// A thread that scores blocks of a file: loads the model once, then takes block after block.
import { parentPort, workerData } from 'node:worker_threads';
import type { BlockTask } from '../src/batch/score-block.ts';
import { type BlockScorerStart, composeBlockScorer } from '../src/compose-files.ts';
import { toErrorMessage } from '../src/errors.ts';
import type { WorkerAnswer } from './score-workers.ts';

const port = parentPort;
if (port === null) throw new Error('score-worker.ts runs in a thread.');

const ready = composeBlockScorer(workerData as BlockScorerStart); // posted by score-workers.ts
ready.catch(() => undefined); // told to whoever asks for a block

port.on('message', ({ id, task }: { readonly id: number; readonly task: BlockTask }) => {
  void answer(id, task);
});

async function answer(id: number, task: BlockTask): Promise<void> {
  try {
    const score = await ready;
    const block = await score(task);
    const buffers = [block.predictions.buffer, block.errors.buffer]; // made for it alone
    port?.postMessage({ id, block } satisfies WorkerAnswer, buffers);
  } catch (error) {
    port?.postMessage({ id, error: toErrorMessage(error) } satisfies WorkerAnswer);
  }
}
