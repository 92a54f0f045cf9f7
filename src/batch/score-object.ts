import { isNotFound, ScorerError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectInfo, Storage } from '../ports/storage.ts';
import { decodeJob, encodeJob, type Job, type JobHead, toFailedJob, toJobObject } from './job.ts';
import type { ScoreObserver } from './observer.ts';
import { writeOutputs } from './outputs.ts';

/** One version of one object to score. */
export interface ObjectTask {
  /** The job's id, as {@link Job} holds it. */
  readonly id: string;
  readonly input: ObjectInfo;
  /** The folder that gets `predictions.csv`, `errors.csv` and `job.json`. */
  readonly folder: string;
  readonly model: Model;
  readonly modelUri: string;
  /** True to replace outputs that are there; else they are created once and never changed. */
  readonly replace: boolean;
  /** Sees the rows as they are scored. */
  readonly observer?: ScoreObserver;
}

/**
 * Scores an object: `predictions.csv` and `errors.csv`, then `job.json`, which alone makes them count.
 * A file that fails as a whole gets a `job.json` that says why, and nothing else.
 *
 * @returns the job as written, or the one that another delivery wrote first
 * @throws ScorerError, retryable, when the trouble is ours: nothing is decided then; `OBJECT_NOT_FOUND`
 * when this version of the object is gone
 */
export async function scoreObject(
  storage: Storage,
  clock: Clock,
  task: ObjectTask,
  signal: AbortSignal,
): Promise<Job> {
  const { id, input, folder, model, modelUri } = task;
  const now = (): string => new Date(clock.nowMs()).toISOString();
  const head: JobHead = {
    format: 1,
    job: id,
    model: { uri: modelUri, ...model.identity },
    started_at: now(),
  };
  try {
    const { rows, crc32c, outputs } = await writeOutputs(storage, task, signal);
    const job: Job = {
      ...head,
      state: 'succeeded',
      input: { ...toJobObject(input), crc32c },
      rows,
      outputs,
      finished_at: now(),
    };
    return await writeJob(storage, folder, job, task.replace, signal);
  } catch (error) {
    if (!(error instanceof ScorerError) || error.retryable || error.code === 'OBJECT_NOT_FOUND') throw error;
    const job = toFailedJob(head, toJobObject(input), error, now());
    return await writeJob(storage, folder, job, task.replace, signal);
  }
}

/** The job of an object version, when it has one. */
export async function findJob(
  storage: Storage,
  folder: string,
  signal: AbortSignal,
): Promise<Job | undefined> {
  const uri = `${folder}/job.json`;
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of storage.read(uri, { signal })) chunks.push(chunk);
    return decodeJob(Buffer.concat(chunks));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function writeJob(
  storage: Storage,
  folder: string,
  job: Job,
  replace: boolean,
  signal: AbortSignal,
): Promise<Job> {
  const precondition = replace ? {} : { ifGenerationMatch: '0' };
  const result = await storage.write(`${folder}/job.json`, encodeJob(job), { ...precondition, signal });
  if (result.written) return job;
  const first = await findJob(storage, folder, signal);
  if (first !== undefined) return first;
  throw new ScorerError(`${folder}/job.json vanished while it was written.`, { code: 'STORAGE_FAILED' });
}
