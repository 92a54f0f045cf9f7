import type { ModelIdentity, Predictions } from '../model/model.ts';
import { toShortest } from './number.ts';

/** One row's prediction as JSON text: `{"label":1,"probability":0.6963428,"probabilities":[…]}`. */
export function toPredictionJson(predictions: Predictions, row: number): string {
  return `{"label":${JSON.stringify(predictions.labels[row])},${toScoreMembers(predictions, row)}}`;
}

/** The members `probability` (of the positive class) and `probabilities` (one a class) of a JSON object. */
export function toScoreMembers({ classes, probability, probabilities }: Predictions, row: number): string {
  const start = row * classes.length;
  const each = Array.from(probabilities.subarray(start, start + classes.length), toShortest);
  return `"probability":${toShortest(probability[row] ?? Number.NaN)},"probabilities":[${each.join(',')}]`;
}

/** The model as answers name it: `{"name":…,"version":…,"digest":…}`. */
export function toIdentityJson({ name, version, digest }: ModelIdentity): string {
  return JSON.stringify({ name, version, digest });
}

/** The model in one word, for the header `X-Model`: `name/version@digest`. */
export function toIdentityText({ name, version, digest }: ModelIdentity): string {
  return `${name}/${version}@${digest}`;
}
