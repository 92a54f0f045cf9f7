// What came of a job, and whether it is what must come of it.
import assert from 'node:assert/strict';
import type { Job, JobObject } from '../../../src/batch/job.ts';
import type { OutgoingMessage } from '../../../src/ports/publisher.ts';
import type { ObjectInfo, Storage } from '../../../src/ports/storage.ts';
import { bytesOf } from '../../contracts/storage-content.ts';

/** The results of one job. */
export interface Results {
  readonly job: Job;
  /** The bytes of `job.json`. */
  readonly jobBytes: Buffer;
  /** Absent where the job failed. */
  readonly predictions?: string;
  readonly errors?: string;
}

/** All objects below a folder. */
export async function listAll(storage: Storage, folder: string): Promise<readonly ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  for await (const info of storage.list(folder)) found.push(info);
  return found;
}

/**
 * Reads what is in a job's folder of results; undefined where there is no verdict. Fails unless the verdict is true:
 * each output is as it says, of the generation that it names.
 */
export async function readResults(storage: Storage, folder: string): Promise<Results | undefined> {
  const names = (await listAll(storage, `${folder}/`)).map(({ uri }) => uri.slice(uri.lastIndexOf('/') + 1));
  if (!names.includes('job.json')) return undefined;
  const jobBytes = await bytesOf(storage.read(`${folder}/job.json`));
  const job = JSON.parse(String(jobBytes)) as Job; // written by encodeJob
  if (job.state === 'failed') return { job, jobBytes };
  assert.deepEqual(names, ['errors.csv', 'job.json', 'predictions.csv']);
  assert.ok(job.outputs && job.rows);
  assert.equal(job.rows.read, job.rows.scored + job.rows.failed);
  const read = async ({ uri, generation, size, crc32c }: JobObject): Promise<string> => {
    const info = await storage.stat(uri);
    assert.deepEqual([info.generation, info.size], [generation, size], `${uri} is as the verdict says`);
    assert.equal(info.crc32c ?? crc32c, crc32c, `the checksum of ${uri}`);
    return String(await bytesOf(storage.read(uri)));
  };
  return {
    job,
    jobBytes,
    predictions: await read(job.outputs.predictions),
    errors: await read(job.outputs.errors),
  };
}

/** What of results is the same in every run. */
export function toComparable({ job, predictions, errors }: Results): object {
  const { state, error, reasons, rows, model, input } = job;
  const { size, crc32c } = input;
  return { state, error, reasons, rows, model, size, crc32c, predictions, errors };
}

/** Fails unless every dead letter tells of the job, if that failed, and all of them the same. */
export function checkLetters({ job, jobBytes }: Results, letters: readonly OutgoingMessage[]): void {
  if (job.state === 'failed') assert.ok(letters.length > 0, 'a failed job has a dead letter');
  else assert.equal(letters.length, 0, 'a job that succeeded has no dead letter');
  for (const { data, attributes } of letters) {
    assert.equal(attributes['dead-letter-kind'], 'object');
    assert.equal(attributes['dead-letter-id'], job.job);
    assert.equal(String(data), String(jobBytes), 'a dead letter is the job');
  }
}
