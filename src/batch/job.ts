import { parseJson } from '../decode/json.ts';
import type { ScorerError } from '../errors.ts';
import type { ModelIdentity } from '../model/model.ts';
import type { ObjectInfo } from '../ports/storage.ts';
import type { Reason } from './judge.ts';
import type { CsvTotals } from './score-csv.ts';

/** A stored object as a job names it. */
export interface JobObject {
  readonly uri: string;
  readonly generation: string;
  /** Bytes. */
  readonly size: number;
  /** Big-endian base64, as Cloud Storage gives it; absent where the input was not read to its end. */
  readonly crc32c?: string;
}

/** `job.json`: the verdict on one version of one object, written last and never changed. */
export interface Job {
  readonly format: 1;
  /** The job's id: the same for every delivery of the object's version. */
  readonly job: string;
  readonly state: 'succeeded' | 'failed';
  /** Why the file failed as a whole. */
  readonly error?: { readonly code: string; readonly message: string };
  /** The first rows' reasons, where they made the file fail. */
  readonly reasons?: readonly Reason[];
  readonly input: JobObject;
  readonly model: ModelIdentity & { readonly uri: string };
  /** `read` = `scored` + `failed`; absent when the file failed as a whole. */
  readonly rows?: CsvTotals;
  readonly outputs?: { readonly predictions: JobObject; readonly errors: JobObject };
  /** RFC 3339. */
  readonly started_at: string;
  readonly finished_at: string;
}

/** Rows of a job: `read` = `scored` + `failed`. */
export type JobRows = NonNullable<Job['rows']>;

/** Why a row failed, as a job tells it. */
export type JobReason = NonNullable<Job['reasons']>[number];

/** The part of a job that is known before its rows are scored. */
export type JobHead = Pick<Job, 'format' | 'job' | 'model' | 'started_at'>;

/** A stored object as a job names it. */
export function toJobObject({ uri, generation, size, crc32c }: ObjectInfo): JobObject {
  return { uri, generation, size, ...(crc32c === undefined ? {} : { crc32c }) };
}

/** The job of a file that failed as a whole. */
export function toFailedJob(head: JobHead, input: JobObject, error: ScorerError, finishedAt: string): Job {
  const reasons = error.detail['reasons'] as readonly Reason[] | undefined; // set by scoreCsv alone
  return {
    ...head,
    state: 'failed',
    error: { code: error.code, message: error.message },
    ...(reasons === undefined ? {} : { reasons }),
    input,
    finished_at: finishedAt,
  };
}

/** The order in which people read a job. */
const ORDER = [
  'format',
  'job',
  'state',
  'error',
  'reasons',
  'input',
  'model',
  'rows',
  'outputs',
  'started_at',
  'finished_at',
] as const;

/** A job as the bytes of `job.json`. */
export function encodeJob(job: Job): Buffer {
  const ordered = Object.fromEntries(ORDER.map((name) => [name, job[name]]));
  return Buffer.from(`${JSON.stringify(ordered, null, 2)}\n`);
}

/** Reads a `job.json` that this code wrote. */
export function decodeJob(bytes: Uint8Array): Job {
  return parseJson(Buffer.from(bytes).toString(), 'The job') as Job; // created once by encodeJob, then immutable
}
