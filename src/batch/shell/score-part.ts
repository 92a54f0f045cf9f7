import { randomUUID } from 'node:crypto';
import { createCrc32c } from '../../crc32c.ts';
import { createCsvRows } from '../../encode/csv.ts';
import { ScorerError } from '../../errors.ts';
import type { Model } from '../../model/model.ts';
import type { Storage, WriteResult } from '../../ports/storage.ts';
import { toDataName } from '../protocol/names.ts';
import type { Part, PartData } from '../protocol/part.ts';
import type { Plan } from '../protocol/plan.ts';
import { scoreRange } from '../score-range.ts';
import { createUpload, uploaded } from '../upload.ts';
import { headOf, readInput, toPlanTask } from './plan-input.ts';

/** A part to score. */
export interface PartTask {
  readonly plan: Plan;
  readonly model: Model;
  /** Where its first record begins. */
  readonly from: number;
  /** The folder that its data go to, with a slash at its end. */
  readonly data: string;
  readonly signal: AbortSignal;
  /** True when no more should be begun: the part then ends after what it has. */
  readonly isLate: () => boolean;
  /** True when little of the delivery was gone when this part was begun. */
  readonly isFresh: boolean;
}

/** Lines of a part's bad rows are counted from 0, where those of a document are counted from 1. */
const LINES_BEFORE = -1;

/**
 * Scores the part of a job's input that begins at a record, and uploads what comes of it.
 *
 * @throws ScorerError, not retryable, for an input that can't be read on: damaged gzip, or `INPUT_TOO_LARGE` where
 * one delivery can't even inflate what is before the part
 */
export async function scorePart(storage: Storage, task: PartTask): Promise<Part> {
  const { plan, model, from, data, signal, isLate } = task;
  const head = headOf(plan);
  const { shard_bytes: shardBytes } = plan;
  const bound = head.gzip ? Number.POSITIVE_INFINITY : (Math.floor(from / shardBytes) + 1) * shardBytes;
  const checksum = createCrc32c();
  const name = toDataName(from, randomUUID());
  const abort = new AbortController();
  const either = AbortSignal.any([signal, abort.signal]);
  const creation = { ifGenerationMatch: '0', signal: either };
  const predictions = createUpload(storage, `${data}${name}.pred`, creation);
  const errors = createUpload(storage, `${data}${name}.err`, creation);
  const source = readInput(storage, plan, { from, bound, signal: either, onSkipped: () => assertTime(task) });
  const rangeTask = toPlanTask(plan, model);
  const start = { offset: from, lines: LINES_BEFORE, read: 0, failed: 0, failedFirst: 0, reasons: [] };
  try {
    if (from === head.start) {
      await predictions.write(createCsvRows(rangeTask.header, model.output, false).header);
    }
    const { at, isLast } = await scoreRange(
      source,
      { ...rangeTask, from: start, bound, isLate, checksum },
      {
        async write(rows, failed) {
          const writes = [];
          if (rows.length > 0) writes.push(predictions.write(rows));
          if (failed.length > 0) writes.push(errors.write(failed));
          await Promise.all(writes);
        },
      },
    );
    const [predicted, failed] = await Promise.all([predictions.end(), errors.end()]);
    return {
      start: from,
      end: at.offset,
      last: isLast || (!head.gzip && at.offset === plan.input.size),
      rows: at.read,
      failed: at.failed,
      lines: at.lines - LINES_BEFORE,
      input_crc32c: checksum.digest(),
      ...(predicted === undefined ? {} : { predictions: toData(predicted, `${name}.pred`) }),
      ...(failed === undefined ? {} : { errors: toData(failed, `${name}.err`) }),
    };
  } catch (error) {
    abort.abort(error);
    await Promise.all([predictions.abort(error), errors.abort(error)]);
    throw error;
  }
}

function toData(result: WriteResult, name: string): PartData {
  const { size, crc32c } = uploaded(result, () => {
    return new ScorerError(`${name} was there already, under a name of our own.`, { code: 'STORAGE_FAILED' });
  });
  return { name, size, crc32c };
}

/** Inflating begins at the beginning, each time. */
function assertTime({ isLate, isFresh, from }: PartTask): void {
  if (!isLate()) return;
  if (!isFresh) {
    throw new ScorerError('The time of this delivery is nearly over.', { code: 'DEADLINE_EXCEEDED' });
  }
  throw new ScorerError(
    `The compressed file can't be scored: inflating its first ${from} bytes takes all the time of a delivery. ` +
      'Drop it uncompressed, or split it.',
    { code: 'INPUT_TOO_LARGE' },
  );
}
