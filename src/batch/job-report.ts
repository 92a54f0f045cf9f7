import type { Job, JobObject } from './job.ts';
import type { ObjectVersion } from './names.ts';
import type { JobState } from './protocol/job-state.ts';

/** All that is told of a job. */
export interface JobReport {
  /** The job's id: 32 hex digits. */
  readonly job: string;
  readonly state: JobState;
  /** Absent where the plan can't be read. */
  readonly input?: JobObject;
  /** What its notification calls the input; absent where the input is in no bucket that is known here. */
  readonly version?: ObjectVersion;
  readonly model?: Job['model'];
  /** The folder of its results, whether they are there or not. */
  readonly output?: string;
  /** RFC 3339. */
  readonly startedAt?: string;
  /** When its newest working object was written, in milliseconds since 1970. */
  readonly changedMs?: number;
  /** The folder of its working objects, while it has a plan. */
  readonly parts?: string;
  /** Why its input or model could not be looked at, which count as there then. */
  readonly unseen?: string;
  /** Its `job.json`, once it is there. */
  readonly verdict?: Job;
}

/** Which jobs to look at: the latest; those whose id begins so; those of an input, by its URIs and names. */
export type JobQuery =
  | {
      /** How many that ended, at most. */
      readonly ended: number;
    }
  | { readonly idPrefix: string }
  | { readonly inputs: readonly string[] };

/** The jobs that were asked for. */
export interface JobList {
  /** Those under way, then those that ended, the newest first. */
  readonly jobs: readonly JobReport[];
  /** How many that ended were not looked at. */
  readonly leftOut: number;
}

/** Looks at jobs, at what storage holds of them alone. @throws ScorerError `STORAGE_FAILED` */
export type FindJobs = (query: JobQuery, signal: AbortSignal) => Promise<JobList>;
