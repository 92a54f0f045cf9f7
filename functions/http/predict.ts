import type { HttpParts } from '../../src/compose.ts';
import { decodeForm } from '../../src/decode/form.ts';
import { decodeInstances } from '../../src/decode/json.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { toShortest } from '../../src/encode/number.ts';
import { toIdentityJson, toPredictionJson } from '../../src/encode/prediction.ts';
import type { RowFailure } from '../../src/errors.ts';
import { nameColumns } from '../../src/features/column-arrays.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import type { Model } from '../../src/model/model.ts';
import { type ScoredRows, scoreRows } from '../../src/score.ts';
import { type Answer, toJsonAnswer } from '../answer.ts';
import type { RowTally } from '../row-tally.ts';
import { toAnswerKind } from './accept.ts';
import type { Admitted } from './admission.ts';
import type { BodyKind } from './content-type.ts';
import { Failures, type OnError, onErrorOf, toOnError, toPartialError } from './on-error.ts';
import { predictCsv } from './predict-csv.ts';
import { predictRows } from './predict-rows.ts';
import { WHOLE_BYTES } from './slices.ts';

/** A body to score, and what belongs to its request. */
export interface PredictTask {
  readonly kind: BodyKind;
  readonly body: Uint8Array;
  readonly accept: string | undefined;
  /** The URL's, without its question mark: `on_error` for bodies that have no place for it (CSV, NDJSON). */
  readonly query: string;
  /** Takes instances, and names predictions alone, as Vertex AI does. */
  readonly isVertex: boolean;
  readonly admitted: Admitted;
  /** Is told what becomes of the rows. */
  readonly rows: RowTally;
  /** What every answer with predictions carries. */
  readonly headers: Readonly<Record<string, string>>;
  readonly loadDocumentScorer: LoadDocumentScorer;
  /** True once nobody takes an answer any more: what is left needn't be scored. */
  readonly isGone: () => boolean;
  /** Sends an answer whose body is still being made; its end is what {@link predict} resolves with. */
  readonly begin: (answer: Answer) => void;
}

/** Loads what scores CSV bodies, when the first comes. */
export type LoadDocumentScorer = HttpParts['loadDocumentScorer'];

/**
 * Scores a body of a known kind and makes the whole answer.
 *
 * @throws ScorerError for a body that cannot be scored as a whole
 */
export function predict(model: Model, task: PredictTask): Promise<Answer> {
  const { kind, body, accept } = task;
  onErrorOf(task.query); // a wrong one is told whatever the body is
  if (kind === 'form') return predictForm(model, task);
  const answerKind = toAnswerKind(accept, kind);
  if (kind === 'csv' && answerKind === 'csv') return predictCsv(model, task);
  const isSmall = kind === 'json' && answerKind === 'json' && body.length <= WHOLE_BYTES;
  return isSmall ? predictJson(model, task) : predictRows(model, kind, answerKind, task);
}

async function predictForm(model: Model, { body, headers, admitted, rows }: PredictTask): Promise<Answer> {
  const { value, fields } = decodeForm(decodeUtf8(body, 'The body'));
  const encoded = encodeInstances(model.schema, [value]);
  rows.read = 1;
  const failure = failureOf(encoded.failures, rows);
  if (failure !== undefined) return failure;
  admitted.holdRows(1, model.rowMs);
  const { predictions, failures } = await scoreRows(model, encoded);
  const refusal = failureOf(failures, rows);
  if (refusal !== undefined) return refusal;
  rows.scored = 1;
  const [label] = predictions.labels;
  // the original printed a numpy array of one label
  const printed =
    typeof label === 'string'
      ? `'${label}'`
      : String(label ?? Array.from(predictions.values, toShortest).join(' '));
  const received = Object.fromEntries([...fields].reverse());
  const answer = { model_prediction: `[${printed}]`, received_data: received };
  return toJsonAnswer(200, JSON.stringify(answer), headers);
}

function predictJson(model: Model, task: PredictTask): Promise<Answer> {
  const { body, admitted, rows, isVertex } = task;
  const { values: given, single, parameters } = decodeInstances(decodeUtf8(body, 'The body'), 'The body');
  const onError = toOnError(parameters['on_error']);
  const values = isVertex ? nameColumns(model.schema, given) : given;
  const encoded = encodeInstances(model.schema, values);
  admitted.holdRows(values.length, model.rowMs);
  rows.read = values.length;
  const early = onError === 'fail' ? failureOf(encoded.failures, rows) : undefined;
  if (early !== undefined) return Promise.resolve(early);
  return scoreRows(model, encoded).then((scored) => toJson(model, task, scored, onError, single));
}

/** One JSON text a row of the input, in order: its prediction, or its error; under `fail`, an error when any row is bad. */
function toJson(
  { identity }: Model,
  { rows, isVertex, headers }: PredictTask,
  { rows: places, predictions, passthrough, failures }: ScoredRows,
  onError: OnError,
  single: boolean,
): Answer {
  const failure = onError === 'fail' ? failureOf(failures, rows) : undefined;
  if (failure !== undefined) return failure;
  const texts = new Array<string>(rows.read);
  places.forEach((row, index) => {
    texts[row] = toPredictionJson(predictions, index, passthrough[index]);
  });
  rows.scored = places.length;
  for (const each of failures) {
    rows.addRefused(each.problems[0].code);
    texts[each.row] = toPartialError(each);
  }
  if (single) return toJsonAnswer(200, texts[0] ?? '', headers);
  const named = isVertex ? '' : `,"model":${toIdentityJson(identity)}`;
  return toJsonAnswer(200, `{"predictions":[${texts.join(',')}]${named}}`, headers);
}

function failureOf(bad: readonly RowFailure[], rows: RowTally): Answer | undefined {
  if (bad.length === 0) return undefined;
  const failures = new Failures(rows);
  for (const failure of bad) failures.add(failure);
  return failures.toAnswer(rows.read);
}
