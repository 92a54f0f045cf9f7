import { createCrc32c } from '../crc32c.ts';
import { isNotFound, ScorerError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectInfo, Storage } from '../ports/storage.ts';
import { encodeJob, type Job, type JobHead, toFailedJob, toJobObject } from './job.ts';
import type { ErrorLimit } from './judge.ts';
import { type ScoreObserver, watchBytes } from './observer.ts';
import { scoreCsv } from './score-csv.ts';
import { createUpload, type Upload, uploaded } from './upload.ts';

/** A file to score, and the folder of a bucket that its results go to. */
export interface BucketTask {
  /** The job's id, as {@link Job} holds it. */
  readonly id: string;
  readonly input: ObjectInfo;
  /** The folder that gets `predictions.csv`, `errors.csv` and `job.json`. */
  readonly folder: string;
  readonly model: Model;
  readonly modelUri: string;
  readonly errorLimit: ErrorLimit;
  /** Sees the rows as they are scored. */
  readonly observer?: ScoreObserver;
  readonly signal: AbortSignal;
}

/**
 * Scores a file in one pass into a folder of a bucket: `predictions.csv` and `errors.csv`, then `job.json`, which alone
 * makes them count. What is there from before is replaced. A file that fails as a whole gets a `job.json` that says why.
 *
 * @throws ScorerError, retryable, when the trouble is ours; `OBJECT_NOT_FOUND` when this version of the file is gone
 */
export async function scoreIntoBucket(storage: Storage, clock: Clock, task: BucketTask): Promise<Job> {
  const { id, input, folder, model, modelUri, signal } = task;
  const now = (): string => new Date(clock.nowMs()).toISOString();
  const head: JobHead = {
    format: 1,
    job: id,
    model: { uri: modelUri, ...model.identity },
    started_at: now(),
  };
  const finish = async (job: Job): Promise<Job> => {
    await storage.write(`${folder}/job.json`, encodeJob(job), { contentType: 'application/json', signal });
    return job;
  };
  try {
    const scored = await scoreInto(storage, task);
    return await finish({ ...head, state: 'succeeded', ...scored, finished_at: now() });
  } catch (error) {
    if (!(error instanceof ScorerError) || error.retryable || isNotFound(error) || signal.aborted)
      throw error;
    return await finish(toFailedJob(head, toJobObject(input), error, now()));
  }
}

async function scoreInto(
  storage: Storage,
  task: BucketTask,
): Promise<Pick<Job, 'input' | 'rows' | 'outputs'>> {
  const { input, folder, model, observer, errorLimit, signal } = task;
  const abort = new AbortController();
  const either = AbortSignal.any([signal, abort.signal]);
  const [predictions, errors] = ['predictions.csv', 'errors.csv'].map((name) =>
    createUpload(storage, `${folder}/${name}`, { signal: either }),
  ) as [Upload, Upload]; // one a name
  const checksum = createCrc32c();
  const { uri, generation } = input;
  const read = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of storage.read(uri, { generation, signal: either, transient: true })) {
      checksum.update(chunk);
      yield chunk;
    }
  };
  try {
    const rows = await scoreCsv(watchBytes(read(), observer), model, predictions.write, errors.write, {
      errorLimit,
      observer,
    });
    const [predicted, failed] = [await predictions.end(), await errors.end()];
    const missing = (): ScorerError =>
      new ScorerError(`${folder} does not hold what was written to it.`, { code: 'STORAGE_FAILED' });
    return {
      input: { ...toJobObject(input), crc32c: checksum.digest() },
      rows,
      outputs: {
        predictions: toJobObject(uploaded(predicted, missing)),
        errors: toJobObject(uploaded(failed, missing)),
      },
    };
  } catch (error) {
    abort.abort(error);
    await Promise.all([predictions.abort(error), errors.abort(error)]);
    throw error;
  }
}
