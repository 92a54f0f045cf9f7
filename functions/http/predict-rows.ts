import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RowFailure, ScorerError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import { scoreRows } from '../../src/score.ts';
import { type Answer, joinPieces } from '../answer.ts';
import { gone } from '../request-body.ts';
import type { AnswerKind } from './accept.ts';
import { Failures, type OnError, onErrorOf, toOnError } from './on-error.ts';
import { createPieceQueue } from './pieces.ts';
import type { PredictTask } from './predict.ts';
import { createRowWriter, type RowWriter } from './row-writer.ts';
import { type BodySlice, sliceBody } from './slices.ts';

/**
 * Scores the rows of a body in slices, between which other requests pass. Under `partial` the answer begins with the
 * first slice; under `fail` it is complete before it begins, since any row may decide its status.
 *
 * @throws ScorerError for a body that can't be scored as a whole
 */
export async function predictRows(
  model: Model,
  kind: 'json' | 'ndjson' | 'csv',
  answerKind: AnswerKind,
  task: PredictTask,
): Promise<Answer> {
  const { isVertex } = task;
  const { slices, parameters, single } = sliceBody(kind, task.body, model.schema, isVertex);
  const onError = kind === 'json' ? toOnError(parameters['on_error']) : onErrorOf(task.query);
  const writer = createRowWriter(answerKind, model, { isPartial: onError === 'partial', isVertex });
  const bare: RowWriter = { ...writer, before: '', behind: '' };
  const rows = scoreSlices(model, single && answerKind === 'json' ? bare : writer, slices, onError, task);
  const head = { status: 200, contentType: writer.contentType, headers: task.headers };
  if (onError === 'partial') return streamRows(head, rows, task);
  const pieces: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await rows.next();
    if (done !== true) {
      pieces.push(value);
      task.admitted.addBytes(value.length);
    } else return value.failures.toAnswer(value.count) ?? { ...head, body: joinPieces(pieces) };
  }
}

async function streamRows(
  head: Omit<Answer, 'body'>,
  rows: AsyncGenerator<Uint8Array, ScoredBody>,
  task: PredictTask,
): Promise<Answer> {
  const queue = createPieceQueue();
  const answer = { ...head, body: queue };
  try {
    for (;;) {
      const { done, value } = await rows.next();
      if (done === true) break;
      queue.push(value);
      task.admitted.addBytes(value.length);
      task.begin(answer);
    }
  } catch (error) {
    queue.end(error);
    throw error;
  }
  queue.end();
  return answer;
}

interface ScoredBody {
  readonly count: number;
  readonly failures: Failures;
}

/** Rows as bytes, a slice after the other; under `fail` none any more once a row was bad. */
async function* scoreSlices(
  model: Model,
  writer: RowWriter,
  slices: Iterable<BodySlice>,
  onError: OnError,
  task: PredictTask,
): AsyncGenerator<Uint8Array, ScoredBody> {
  const { rows } = task;
  const failures = new Failures(rows);
  let count = 0;
  let start = writer.before;
  for (const slice of slices) {
    if (slice.count === 0) continue;
    if (count > 0) await nextTurn();
    if (task.isGone()) throw gone();
    if (count === 0) task.admitted.holdRows(slice.count, model.rowMs);
    const base = count;
    count += slice.count;
    rows.read = count;
    const add = (bad: readonly RowFailure[]): void => {
      for (const failure of bad) failures.add(locate(failure, base, slice));
    };
    if (onError === 'fail' && (failures.count > 0 || slice.encoded.failures.length > 0)) {
      add(slice.encoded.failures); // all are told, though none is scored any more
      continue;
    }
    const texts = new Array<string>(slice.count);
    const scored = await scoreRows(model, slice.encoded);
    add(scored.failures);
    if (onError === 'partial') rows.scored += scored.rows.length;
    scored.rows.forEach((row, index) => {
      texts[row] = writer.scored(scored.predictions, index, scored.passthrough[index]);
    });
    for (const each of scored.failures) texts[each.row] = writer.failed({ ...each, row: base + each.row });
    yield Buffer.from(start + texts.join(writer.between));
    start = writer.between;
  }
  if (count === 0 && task.kind !== 'csv') {
    // a header alone is a table without rows
    throw new ScorerError('The body has no rows.', { code: 'EMPTY_BODY' });
  }
  if (onError === 'fail' && failures.count === 0) rows.scored = count;
  yield Buffer.from(count === 0 ? writer.before + writer.behind : writer.behind);
  return { count, failures };
}

function locate(
  failure: RowFailure,
  base: number,
  { lineOf }: BodySlice,
): RowFailure & { readonly line?: number } {
  const row = base + failure.row;
  return lineOf === undefined ? { ...failure, row } : { ...failure, row, line: lineOf(failure.row) };
}
