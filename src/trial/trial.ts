import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fromErrorMessage, ScorerError } from '../errors.ts';
import type { DescribeModel } from '../model/init/describe.ts';
import type { ModelParts } from '../model/open.ts';
import type { TrialOutcome, TrialTask } from './messages.ts';

/** A model that has not answered some rows by then never will. */
const TRIAL_MS = 60_000;

/** Compiled or not, the child is the file of the same kind beside this one. */
const CHILD = new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url);

/** How models are tried. */
export interface TrialOptions {
  /** Bound of one trial, in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
}

/**
 * Makes a first manifest in a process of its own. Nobody vouches for the bytes of a bare file, and there
 * are files that make the native runtime run for ever or end its process: a loop without end, a size that
 * one flipped bit made huge.
 *
 * @throws ScorerError `MODEL_INVALID` for such a file, and as `makeFirstManifest`
 */
export function createTrialDescriber(options: TrialOptions = {}): DescribeModel {
  return async (bare, initOptions) => {
    const { first } = await run({ kind: 'describe', bare, options: initOptions }, options);
    if (first !== undefined) return first;
    throw new ScorerError('The trial of the model told nothing.', { code: 'INTERNAL' });
  };
}

/**
 * Opens a model in a process of its own, to learn whether it can be opened here.
 *
 * @throws ScorerError as `openModel`, and `MODEL_INVALID` for a file that the runtime does not survive
 */
export async function tryModel(parts: ModelParts, options: TrialOptions = {}): Promise<void> {
  await run({ kind: 'open', parts }, options);
}

async function run(task: TrialTask, { timeoutMs = TRIAL_MS }: TrialOptions): Promise<TrialOutcome> {
  const child = fork(CHILD, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const late = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  try {
    const outcome = await Promise.race([send(child, task), ended.then(() => drained(child))]);
    if (outcome === undefined) throw died(await ended, timeoutMs);
    const { error } = outcome;
    if (error !== undefined) throw fromErrorMessage(error);
    return outcome;
  } finally {
    clearTimeout(late);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}

/** What a process sent before its end may come after the news of that. */
async function drained(child: ChildProcess): Promise<undefined> {
  if (child.connected) await once(child, 'disconnect');
}

async function send(child: ChildProcess, task: TrialTask): Promise<TrialOutcome> {
  const answer = once(child, 'message');
  child.send(task, () => undefined); // a child that can't be reached ends, and that is told
  const [outcome] = (await answer) as [TrialOutcome];
  return outcome;
}

function died([code, signal]: [number | null, string | null], timeoutMs: number): ScorerError {
  const how =
    signal === 'SIGKILL'
      ? `does not end within ${timeoutMs / 1000} s, or takes more memory than there is`
      : `ends its process (${signal ?? `exit code ${code}`})`;
  return new ScorerError(`The model file is broken: the runtime ${how} when it opens and runs it.`, {
    code: 'MODEL_INVALID',
  });
}
