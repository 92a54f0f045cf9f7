import type { Scenario } from './scenarios.ts';

/** What one contender is sent for a scenario. */
export interface Door {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** A form with the features of the one instance, as the original took it. */
export function toForm({ instances }: Scenario): Door {
  const body = `x=${JSON.stringify(instances[0])}`;
  return { path: '/predict', contentType: 'application/x-www-form-urlencoded', body };
}

/** JSON with the instances. */
export function toInstances({ instances }: Scenario): Door {
  return { path: '/predict', contentType: 'application/json', body: JSON.stringify({ instances }) };
}

/** The Open Inference Protocol's request: one tensor of all features. */
export function toTensor({ instances }: Scenario): Door {
  const data = instances.flatMap((instance) => Object.values(instance));
  const shape = [instances.length, data.length / instances.length];
  const input = { name: 'predict', shape, datatype: 'FP32', data };
  return {
    path: '/v2/models/flight-delay/infer',
    contentType: 'application/json',
    body: JSON.stringify({ id: '1', inputs: [input] }),
  };
}

/**
 * The labels of an answer, whichever of the contenders gave it.
 *
 * @throws Error for what has none
 */
export function readLabels(text: string): readonly number[] {
  const answer: unknown = JSON.parse(text);
  if (isRecord(answer)) {
    const { predictions, outputs, model_prediction: printed } = answer;
    if (Array.isArray(predictions)) return predictions.map((each) => Number(isRecord(each) && each['label']));
    const [output] = Array.isArray(outputs) ? outputs : [];
    if (isRecord(output) && Array.isArray(output['data'])) return output['data'].map(Number);
    if (typeof printed === 'string') return [Number(printed.replace(/^\[(.*)\]$/, '$1'))];
  }
  throw new Error(`The answer has no predictions: ${text.slice(0, 200)}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
