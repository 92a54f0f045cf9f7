import { decodeForm } from '../../src/decode/form.ts';
import { decodeInstances } from '../../src/decode/json.ts';
import { decodeNdjson } from '../../src/decode/ndjson.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { toShortest } from '../../src/encode/number.ts';
import { toIdentityJson, toIdentityText, toPredictionJson } from '../../src/encode/prediction.ts';
import { type RowFailure, ScorerError } from '../../src/errors.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import type { EncodedRows } from '../../src/features/rows.ts';
import type { Model } from '../../src/model/model.ts';
import { scoreRows } from '../../src/score.ts';
import { type Answer, toJsonAnswer } from '../answer.ts';
import type { BodyKind } from './content-type.ts';
import { type OnError, toFailure, toOnError, toPartialError } from './on-error.ts';
import { predictCsv } from './predict-csv.ts';

/**
 * Scores a body of a known kind and makes the whole answer.
 *
 * @param query the URL's parameters: `on_error` for bodies that have no place for it (CSV, NDJSON)
 * @throws ScorerError for a body that cannot be scored as a whole
 */
export async function predict(
  model: Model,
  kind: BodyKind,
  body: Uint8Array,
  query: URLSearchParams,
): Promise<Answer> {
  switch (kind) {
    case 'form':
      return predictForm(model, body);
    case 'json':
      return predictJson(model, body);
    case 'ndjson':
      return predictNdjson(model, body, toOnError(query.get('on_error')));
    case 'csv':
      return predictCsv(model, body, toOnError(query.get('on_error')));
  }
}

/** The header that names the model which made an answer. */
export function toModelHeader(model: Model): Readonly<Record<string, string>> {
  return { 'X-Model': toIdentityText(model.identity) };
}

async function predictForm(model: Model, body: Uint8Array): Promise<Answer> {
  const { value, fields } = decodeForm(decodeUtf8(body, 'The body'));
  const encoded = encodeInstances(model.schema, [value]);
  const failure = failureOf(encoded.failures, 1);
  if (failure !== undefined) return failure;
  const { predictions, failures } = await scoreRows(model, encoded);
  const refusal = failureOf(failures, 1);
  if (refusal !== undefined) return refusal;
  const [label] = predictions.labels;
  // the original printed a numpy array of one label
  const printed =
    typeof label === 'string'
      ? `'${label}'`
      : String(label ?? Array.from(predictions.values, toShortest).join(' '));
  const received = Object.fromEntries([...fields].reverse());
  const answer = { model_prediction: `[${printed}]`, received_data: received };
  return toJsonAnswer(200, JSON.stringify(answer), toModelHeader(model));
}

async function predictJson(model: Model, body: Uint8Array): Promise<Answer> {
  const { values, single, parameters } = decodeInstances(decodeUtf8(body, 'The body'), 'The body');
  const onError = toOnError(parameters['on_error']);
  const encoded = encodeInstances(model.schema, values);
  const rows = await toRows(model, encoded, values.length, onError);
  if (isAnswer(rows)) return rows;
  const text = single
    ? (rows[0] ?? '')
    : `{"predictions":[${rows.join(',')}],"model":${toIdentityJson(model.identity)}}`;
  return toJsonAnswer(200, text, toModelHeader(model));
}

async function predictNdjson(model: Model, body: Uint8Array, onError: OnError): Promise<Answer> {
  const { value: all } = decodeNdjson(body).next();
  if (all === undefined) throw new ScorerError('The body has no rows.', { code: 'EMPTY_BODY' });
  const { values, failures } = all;
  const encoded = encodeInstances(model.schema, values, failures);
  const rows = await toRows(model, encoded, values.length, onError);
  if (isAnswer(rows)) return rows;
  return {
    status: 200,
    contentType: 'application/x-ndjson',
    body: `${rows.join('\n')}\n`,
    headers: toModelHeader(model),
  };
}

function failureOf(failures: readonly RowFailure[], rows: number): Answer | undefined {
  const [first, ...rest] = failures;
  return first === undefined ? undefined : toFailure([first, ...rest], rows);
}

/** One JSON text a row of the input, in order: its prediction, or its error. Under `fail`, an answer when any row is bad. */
async function toRows(
  model: Model,
  encoded: EncodedRows,
  count: number,
  onError: OnError,
): Promise<readonly string[] | Answer> {
  const early = onError === 'fail' ? failureOf(encoded.failures, count) : undefined;
  if (early !== undefined) return early;
  const scored = await scoreRows(model, encoded);
  const failure = onError === 'fail' ? failureOf(scored.failures, count) : undefined;
  if (failure !== undefined) return failure;
  const texts = new Array<string>(count);
  scored.rows.forEach((row, index) => {
    texts[row] = toPredictionJson(scored.predictions, index, scored.passthrough[index]);
  });
  for (const each of scored.failures) texts[each.row] = toPartialError(each);
  return texts;
}

function isAnswer(rows: readonly string[] | Answer): rows is Answer {
  return 'status' in rows;
}
