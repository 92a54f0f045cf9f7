import { describeProblem, type RowFailure, ScorerError, show } from '../../src/errors.ts';
import {
  type Answer,
  type LocatedFailure,
  MAX_DETAILS,
  toDetail,
  toErrorJson,
  toJsonAnswer,
} from '../answer.ts';
import type { RowTally } from '../row-tally.ts';
import { STATUS } from './status.ts';

/** What a bad row does to its request: fail it, or only its own place in the answer. */
export type OnError = 'fail' | 'partial';

/**
 * Reads `on_error`. @default fail
 *
 * @throws ScorerError `INVALID_REQUEST` for another value
 */
export function toOnError(value: unknown): OnError {
  if (value === undefined || value === null || value === 'fail') return 'fail';
  if (value === 'partial') return 'partial';
  throw new ScorerError(`"on_error" is ${show(value)}: expected "fail" or "partial".`, {
    code: 'INVALID_REQUEST',
  });
}

/** Reads `on_error` in a URL's query. @throws ScorerError as {@link toOnError} */
export function onErrorOf(query: string): OnError {
  return query === '' ? 'fail' : toOnError(new URLSearchParams(query).get('on_error'));
}

/** The rows of a request that failed: all are counted, the first hundred kept. */
export class Failures {
  readonly #first: LocatedFailure[] = [];
  readonly #rows: RowTally;
  count = 0;

  /** @param rows is told of them, too */
  constructor(rows: RowTally) {
    this.#rows = rows;
  }

  add(failure: LocatedFailure): void {
    this.count += 1;
    this.#rows.addRefused(failure.problems[0].code);
    if (this.#first.length < MAX_DETAILS) this.#first.push(failure);
  }

  /** The answer to a request with bad rows under `on_error` `fail`; undefined where none is bad. @param rows of the request */
  toAnswer(rows: number): Answer | undefined {
    const [first] = this.#first;
    if (first === undefined) return undefined;
    const where = first.line === undefined ? `Row ${first.row}` : `Row ${first.row} (line ${first.line})`;
    const problem = `${where}: ${describeProblem(first.problems[0])}.`;
    const sentence =
      this.count === 1 ? problem : `${this.count} of ${rows} rows cannot be scored. ${problem}`;
    const { code } = first.problems[0];
    return toJsonAnswer(STATUS[code], toErrorJson(sentence, code, this.#first, this.count));
  }
}

/** The place of a bad row under `on_error` `partial`: `{"error":{"code","message","details"}}`. */
export function toPartialError({ row, problems }: RowFailure): string {
  const message = `Row ${row}: ${problems.map(describeProblem).join('; ')}.`;
  const details = problems.map((problem) => toDetail(problem, {}));
  return JSON.stringify({ error: { code: problems[0].code, message, details } });
}
