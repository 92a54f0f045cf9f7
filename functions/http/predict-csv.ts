import type { Model } from '../../src/model/model.ts';
import type { Answer } from '../answer.ts';
import { gone } from '../request-body.ts';
import { Failures, onErrorOf } from './on-error.ts';
import { createPieceQueue } from './pieces.ts';
import type { PredictTask } from './predict.ts';

/**
 * Scores a CSV body: the same rows come back with their predictions. Under `partial` a column `error` is
 * added, a bad row keeps its place with empty prediction fields, and the answer begins while rows are scored.
 *
 * @throws ScorerError for a header that cannot feed the model
 */
export async function predictCsv(model: Model, task: PredictTask): Promise<Answer> {
  const isPartial = onErrorOf(task.query) === 'partial';
  const failures = new Failures(task.rows);
  const score = await task.loadDocumentScorer();
  const pieces: Uint8Array[] = [];
  const queue = isPartial ? createPieceQueue() : undefined;
  const head = { status: 200, contentType: 'text/csv; charset=utf-8', headers: task.headers };
  const answer = { ...head, body: queue ?? pieces };
  let written = 0;
  const write = (bytes: Uint8Array): void => {
    if (task.isGone()) throw gone();
    if (queue !== undefined || failures.count === 0) task.admitted.addBytes(bytes.length);
    if (queue === undefined) {
      if (failures.count === 0) pieces.push(bytes);
      return;
    }
    queue.push(bytes);
    written += 1;
    if (written === 2) task.begin(answer); // not with the header alone: what follows may fail as a whole
  };
  try {
    const rows = await score({
      ...{ model, document: task.body, isPartial, write },
      observer: {
        scored: () => undefined,
        failed: (line, failure) => failures.add({ ...failure, line }),
      },
    });
    task.rows.read = rows;
    if (isPartial || failures.count === 0) task.rows.scored = rows - failures.count;
    queue?.end();
    return (isPartial ? undefined : failures.toAnswer(rows)) ?? answer;
  } catch (error) {
    queue?.end(error);
    throw error;
  }
}
