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
  const members = [
    label === undefined ? '' : `"label":${JSON.stringify(label)}`,
    toScoreMembers(predictions, row),
    passthrough === undefined ? '' : `"passthrough":${passthrough}`,
  ];
  return `{${members.filter((member) => member !== '').join(',')}}`;
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

/** The model as answers name it: `{"name":…,"version":…,"digest":…}`. */
export function toIdentityJson({ name, version, digest }: ModelIdentity): string {
  return JSON.stringify({ name, version, digest });
}

/** The model in one word, for the header `X-Model`: `name/version@digest`. */
export function toIdentityText({ name, version, digest }: ModelIdentity): string {
  return `${name}/${version}@${digest}`;
}
