import type { ModelIdentity } from '../model/model.ts';
import type { Predictions } from '../model/predictions.ts';
import { toShortest } from './number.ts';

/**
 * One row's prediction as JSON text, such as `{"label":1,"probability":0.6963428,"probabilities":[…]}`.
 *
 * @param passthrough what comes back of the instance, as a JSON object's text
 */
export function toPredictionJson(predictions: Predictions, row: number, passthrough?: string): string {
  const label = predictions.labels[row];
  const scores = toScoreMembers(predictions, row);
  let text = label === undefined ? '' : `"label":${JSON.stringify(label)}`;
  if (scores !== '') text += text === '' ? scores : `,${scores}`;
  if (passthrough !== undefined) text += `${text === '' ? '' : ','}"passthrough":${passthrough}`;
  return `{${text}}`;
}

/**
 * The members of a prediction that are numbers, without braces: `probability` and `probabilities` (one
 * a class), `score` and `scores`, `value` or `values`; empty where a label is all there is.
 */
export function toScoreMembers(predictions: Predictions, row: number): string {
  const { kind, probability, score } = predictions;
  switch (kind.kind) {
    case 'probabilities': {
      const each = toArray(predictions.probabilities, row, kind.classes.length);
      return `"probability":${toNumber(probability[row])},"probabilities":${each}`;
    }
    case 'scores':
      return kind.signed
        ? `"score":${toNumber(score[row])}`
        : `"score":${toNumber(score[row])},"scores":${toArray(predictions.scores, row, kind.classes.length)}`;
    case 'anomaly':
      return score.length === 0 ? '' : `"score":${toNumber(score[row])}`;
    case 'label':
      return '';
    case 'values':
      return kind.targets.length === 1
        ? `"value":${toNumber(predictions.values[row])}`
        : `"values":${toArray(predictions.values, row, kind.targets.length)}`;
  }
}

function toArray(values: Float32Array, row: number, width: number): string {
  let text = '';
  for (let at = row * width; at < (row + 1) * width; at += 1) {
    text += `${text === '' ? '' : ','}${toNumber(values[at])}`;
  }
  return `[${text}]`;
}

function toNumber(value: number | undefined): string {
  return toShortest(value ?? Number.NaN);
}

/** What every answer says of a model is made once. */
const known = new WeakMap<ModelIdentity, { readonly json: string; readonly text: string }>();

function textsOf(identity: ModelIdentity): { readonly json: string; readonly text: string } {
  const found = known.get(identity);
  if (found !== undefined) return found;
  const { name, version, digest } = identity;
  const made = { json: JSON.stringify({ name, version, digest }), text: `${name}/${version}@${digest}` };
  known.set(identity, made);
  return made;
}

/** The model as answers name it: `{"name":…,"version":…,"digest":…}`. */
export function toIdentityJson(identity: ModelIdentity): string {
  return textsOf(identity).json;
}

/** The model in one word, for the header `X-Model`: `name/version@digest`. */
export function toIdentityText(identity: ModelIdentity): string {
  return textsOf(identity).text;
}
