import { Worker } from 'node:worker_threads';
import type { Block, BlockTask } from '../src/batch/score-block.ts';
import type { BlockWorker } from '../src/batch/score-blocks.ts';
import type { BlockScorerStart } from '../src/compose-files.ts';
import { type ErrorMessage, fromErrorMessage, ScorerError } from '../src/errors.ts';

/** What a thread answers. */
export type WorkerAnswer =
  | { readonly id: number; readonly block: Block }
  | { readonly id: number; readonly error: ErrorMessage };

/** Threads that score blocks of one input. */
export interface ScoreWorkers {
  readonly workers: readonly BlockWorker[];
  /** Ends them, once what they do is done. */
  close(): Promise<void>;
}

/** Starts threads; each loads the model while the first blocks wait for it. */
export function startScoreWorkers(count: number, start: BlockScorerStart): ScoreWorkers {
  const threads = Array.from({ length: count }, () => startThread(start));
  return {
    workers: threads,
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

interface Thread extends BlockWorker {
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (block: Block) => void;
  readonly reject: (error: unknown) => void;
}

function startThread(start: BlockScorerStart): Thread {
  const worker = new Worker(new URL('./score-worker.ts', import.meta.url), { workerData: start });
  const waiting = new Map<number, Waiting>();
  const asked = new Set<Promise<unknown>>();
  let ended: unknown;
  let ids = 0;
  const fail = (error: unknown): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', (answer: WorkerAnswer) => {
    const whose = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) whose?.reject(fromErrorMessage(answer.error));
    else whose?.resolve(answer.block);
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new ScorerError('A scoring thread ended by itself.', { code: 'INTERNAL' })));
  return {
    score(task: BlockTask): Promise<Block> {
      if (ended !== undefined) return Promise.reject(ended);
      ids += 1;
      const id = ids;
      const block = new Promise<Block>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, task }, task.room === undefined ? [] : [task.room]);
      });
      asked.add(block);
      const forget = (): void => void asked.delete(block);
      block.then(forget, forget);
      return block;
    },
    async close() {
      // the native runtime must not be in a run when its thread ends
      await Promise.allSettled(asked);
      await worker.terminate();
    },
  };
}
