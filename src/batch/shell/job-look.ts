import { ScorerError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Storage } from '../../ports/storage.ts';
import { decodeJob, type Job, type JobObject } from '../job.ts';
import type { JobReport } from '../job-report.ts';
import { type ObjectVersion, toJobId } from '../names.ts';
import type { HasModel } from './has-model.ts';
import type { StorageOperators } from './storage-operators.ts';

/** What looking at jobs needs. */
export interface FindJobsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly outputUri: string;
  /** The version of the engine that goes on with them. */
  readonly engine: number;
  /** See `JobFacts`. */
  readonly stuckAfterMs: number;
  /** A larger file of a model is no model. */
  readonly maxModelBytes: number;
  /** Buckets that stand for folders. */
  readonly localBuckets: readonly string[];
}

/** A look at the jobs, with what it reads by. */
export interface Look extends FindJobsParts {
  readonly operators: StorageOperators;
  readonly hasModel: HasModel;
}

/** The facts of a job that tell of its input and model. */
export function toPlacedFacts(
  look: Look,
  { job }: Pick<Job, 'job'>,
  input: JobObject,
  { uri, name, version, digest }: Job['model'],
): Pick<JobReport, 'input' | 'version' | 'model'> {
  const place = toPlace(look, input.uri);
  const found = place && { ...place, generation: input.generation };
  return {
    input,
    model: { uri, name, version, digest },
    // under another name it would be another job
    ...(found !== undefined && toJobId(found) === job ? { version: found } : {}),
  };
}

/** The bucket and name of an object by its URI; undefined where it is in none. */
export function toPlace(
  { storage, localBuckets }: Look,
  uri: string,
): Pick<ObjectVersion, 'bucket' | 'name'> | undefined {
  const [, cloudBucket, cloudName] = /^gs:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
  if (cloudBucket !== undefined && cloudName !== undefined) return { bucket: cloudBucket, name: cloudName };
  for (const bucket of localBuckets) {
    const folder = storage.uri(bucket, 'x').slice(0, -1);
    if (uri.startsWith(folder)) return { bucket, name: toName(uri.slice(folder.length)) };
  }
  return undefined;
}

/** A path as a name; as it is where its escapes are broken, which no storage wrote. */
function toName(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The verdict at a place; undefined for none, another job's, and what is no verdict. */
export async function readVerdict(
  operators: StorageOperators,
  uri: string,
  id?: string,
): Promise<Job | undefined> {
  const stored = await operators.read({ kind: 'read', uri });
  const job = stored && orFault(() => decodeJob(stored.bytes));
  if (job === undefined || job instanceof ScorerError || !isJob(job)) return undefined;
  return id === undefined || job.job === id ? job : undefined;
}

/** Anybody may have written a `job.json`. */
function isJob(value: Partial<Job> | null): value is Job {
  return (
    typeof value?.job === 'string' &&
    (value.state === 'succeeded' || value.state === 'failed') &&
    typeof value.input?.uri === 'string' &&
    typeof value.model?.digest === 'string'
  );
}

/** What reading gave, or why it could not. */
export function orFault<T>(read: () => T): T | ScorerError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScorerError) return error;
    throw error;
  }
}
