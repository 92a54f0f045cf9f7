import { hash } from 'node:crypto';
import type { CsvHead } from '../decode/csv/header.ts';
import { createCsvRows, ERRORS_HEADER } from '../encode/csv.ts';
import { ScorerError } from '../errors.ts';
import type { CsvSettings } from '../features/csv-settings.ts';
import { isObject } from '../json-object.ts';
import type { Model } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { OpenPartialOutput, PartialOutput } from '../ports/partial-output.ts';
import type { ObjectInfo, Storage } from '../ports/storage.ts';
import { ENGINE } from './engine.ts';
import { encodeJob, type Job, type JobHead, toFailedJob, toJobObject } from './job.ts';
import { type ErrorLimit, judgeRows } from './judge.ts';
import { toPlainBytes } from './plain-bytes.ts';
import type { Position, RangeObserver, RangeSink } from './range-output.ts';
import { openCsv, toFirstPosition, toRangeTask } from './score-csv.ts';
import type { ScoreRows } from './score-rows.ts';

/** What scoring a file into a folder of this machine needs. */
export interface FolderParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly model: Model;
  readonly modelUri: string;
  readonly openOutput: OpenPartialOutput;
  /** Scores the rows, in this thread or in several. */
  readonly scoreRows: ScoreRows;
}

/** A file to score, and where its results go. */
export interface FolderTask {
  /** The URI or the path of the input. */
  readonly input: string;
  readonly folder: string;
  readonly errorLimit: ErrorLimit;
  readonly signal: AbortSignal;
  readonly observer?: RangeObserver | undefined;
  readonly notes?: FolderNotes;
}

/** What is kept with a checkpoint, beside how far it came. */
export interface FolderNotes {
  keep(): unknown;
  /** True for what this run can go on from. @default whatever was kept */
  fits?(kept: unknown): boolean;
  /** Hears when the run goes on from a checkpoint. */
  resume(kept: unknown, at: Position): void;
}

/** Checkpoints are at least so far apart. */
const CHECKPOINT_MS = 1000;

/** What a checkpoint holds of a run. */
interface Note {
  /** Equal for runs of which one can go on with the other's work. */
  readonly run: string;
  readonly at: Position;
  readonly started_at: string;
  readonly kept: unknown;
}

/**
 * Scores a file into a folder of this machine: `predictions.csv`, `errors.csv` and `job.json`, which replace what is
 * there once all is done. A run that is stopped leaves its work and a checkpoint, and the next one goes on from there,
 * if the file, the model and the engine are the same.
 *
 * @returns the job; one that failed as a whole leaves nothing but `job.json`
 * @throws ScorerError, retryable, when the trouble is ours; the signal's reason
 */
export async function scoreIntoFolder(parts: FolderParts, task: FolderTask): Promise<Job> {
  const { storage, clock, model, modelUri } = parts;
  const { folder, signal } = task;
  const info = await storage.stat(task.input, { signal });
  const now = (): string => new Date(clock.nowMs()).toISOString();
  const output = await parts.openOutput(folder);
  const head: JobHead = {
    format: 1,
    job: hash('sha256', `${info.uri}#${info.generation}`).slice(0, 32),
    model: { uri: modelUri, ...model.identity },
    started_at: now(),
  };
  const finish = async (job: Job): Promise<Job> => {
    await storage.write(`${folder}/job.json`, encodeJob(job)); // stopped here, all would have to be done again
    return job;
  };
  try {
    const { at, startedAt } = await scoreInto(parts, task, info, output, now);
    const published = await output.publish();
    return await finish({
      ...head,
      state: 'succeeded',
      input: toJobObject(info),
      rows: { read: at.read, scored: at.read - at.failed, failed: at.failed },
      outputs: {
        predictions: toJobObject(published.predictions),
        errors: toJobObject(published.errors),
      },
      started_at: startedAt,
      finished_at: now(),
    });
  } catch (error) {
    if (!(error instanceof ScorerError) || error.retryable || signal.aborted || isOurs(error)) throw error;
    await output.discard();
    return await finish(toFailedJob(head, toJobObject(info), error, now()));
  } finally {
    await output.close();
  }
}

/** What a person asked for that can't be, and a model that was swapped meanwhile, are no verdict on a file. */
function isOurs({ code }: ScorerError): boolean {
  return code === 'OBJECT_NOT_FOUND' || code === 'USAGE' || code === 'OUTPUT_CONFLICT';
}

async function scoreInto(
  parts: FolderParts,
  task: FolderTask,
  info: ObjectInfo,
  output: PartialOutput,
  now: () => string,
): Promise<{ readonly at: Position; readonly startedAt: string }> {
  const { storage, model, scoreRows } = parts;
  const { errorLimit, signal, observer, notes } = task;
  const { generation } = info;
  const head = await readHead(storage, info, model.schema.csv, signal);
  const rangeTask = toRangeTask(head, model);
  const run = toRunId(info, model);
  const resumed = toNote(await output.restore(), run, notes?.fits);
  const startedAt = resumed?.started_at ?? now();
  if (resumed === undefined) {
    await output.restart();
    const { header } = createCsvRows(head.header, model.output, false);
    await output.append(header, Buffer.from(ERRORS_HEADER));
  } else {
    notes?.resume(resumed.kept, resumed.at);
  }
  const from = resumed?.at ?? toFirstPosition(head);
  const sink = createCheckpoints(output, parts.clock, (at): Note => {
    return { run, at, started_at: startedAt, kept: notes?.keep() };
  });
  const judge = (at: Position): void => judgeRows(errorLimit, at, false);
  try {
    const at = await scoreRows(
      { ...rangeTask, from, judge, observer },
      { uri: info.uri, generation, size: info.size, signal },
      sink,
    );
    judgeRows(errorLimit, at, true);
    return { at, startedAt };
  } catch (error) {
    if (signal.aborted) await sink.save();
    throw error;
  }
}

async function readHead(
  storage: Storage,
  { uri, generation }: ObjectInfo,
  csv: CsvSettings,
  signal: AbortSignal,
): Promise<CsvHead> {
  const { head, close } = await openCsv(toPlainBytes(storage.read(uri, { generation, signal })), csv);
  await close();
  return head;
}

/** All that the bytes of the results depend on. */
function toRunId({ uri, generation, size }: ObjectInfo, { identity }: Model): string {
  return [ENGINE, identity.digest, uri, generation, size].join(' ');
}

function toNote(
  saved: unknown,
  run: string,
  fits: (kept: unknown) => boolean = () => true,
): Note | undefined {
  if (!isObject(saved) || saved['run'] !== run || !isPosition(saved['at'])) return undefined;
  if (!fits(saved['kept'])) return undefined;
  return saved as unknown as Note; // the same engine wrote it
}

function isPosition(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value['reasons'])) return false;
  const counts = [value['offset'], value['lines'], value['read'], value['failed'], value['failedFirst']];
  return counts.every((count) => Number.isSafeInteger(count) && Number(count) >= 0);
}

interface Checkpoints extends RangeSink {
  /** Keeps what was appended so far. */
  save(): Promise<void>;
}

function createCheckpoints(output: PartialOutput, clock: Clock, note: (at: Position) => Note): Checkpoints {
  let savedMs = clock.nowMs();
  let last: Position | undefined;
  const save = async (): Promise<void> => {
    if (last !== undefined) await output.save(note(last));
  };
  return {
    save,
    async write(rows, failed, at) {
      await output.append(rows, failed);
      last = at;
      if (clock.nowMs() - savedMs < CHECKPOINT_MS) return;
      savedMs = clock.nowMs();
      await save();
    },
  };
}
