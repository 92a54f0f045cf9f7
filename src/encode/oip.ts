import { ScorerError, show } from '../errors.ts';
import { type TensorSpec, toCommonDatatype } from '../features/tensor-inputs.ts';
import type { ModelIdentity } from '../model/model.ts';
import type { Label, OutputKind, Predictions } from '../model/predictions.ts';
import { nearest } from '../nearest.ts';
import { toShortest } from './number.ts';

/** The tensors that a model's predictions can be had as, in the order in which all of them are given. */
export function describeOutputs(kind: OutputKind): readonly TensorSpec[] {
  switch (kind.kind) {
    case 'probabilities':
      return [toLabel(kind.classes), toColumn('probability'), toMatrix('probabilities', kind.classes.length)];
    case 'scores':
      return kind.signed
        ? [toLabel(kind.classes), toColumn('score')]
        : [toLabel(kind.classes), toColumn('score'), toMatrix('scores', kind.classes.length)];
    case 'label':
      return [toLabel(kind.seen ?? [])];
    case 'anomaly':
      return kind.hasScore === true ? [toLabel([-1, 1]), toColumn('score')] : [toLabel([-1, 1])];
    case 'values':
      return [kind.targets.length === 1 ? toColumn('value') : toMatrix('values', kind.targets.length)];
  }
}

function toLabel(labels: readonly Label[]): TensorSpec {
  return { name: 'label', datatype: toCommonDatatype(labels), shape: [-1] };
}

function toColumn(name: string): TensorSpec {
  return { name, datatype: 'FP32', shape: [-1] };
}

function toMatrix(name: string, width: number): TensorSpec {
  return { name, datatype: 'FP32', shape: [-1, width] };
}

/** What comes back of the rows themselves, one JSON object a row. */
export const PASSTHROUGH_OUTPUT: TensorSpec = { name: 'passthrough', datatype: 'BYTES', shape: [-1] };

/**
 * The outputs that a request asks for, in its order.
 *
 * @param names undefined for all
 * @throws ScorerError `INVALID_REQUEST` for one that there isn't
 */
export function chooseOutputs(
  known: readonly TensorSpec[],
  names: readonly string[] | undefined,
): readonly TensorSpec[] {
  if (names === undefined) return known;
  return names.map((name) => {
    const output = known.find((each) => each.name === name);
    if (output !== undefined) return output;
    const all = known.map((each) => each.name);
    const near = nearest(name, all);
    const hint = near === undefined ? '' : ` (nearest: ${show(near)})`;
    throw new ScorerError(`There is no output ${show(name)}${hint}: expected some of ${all.join(', ')}.`, {
      code: 'INVALID_REQUEST',
    });
  });
}

/** What an inference answers. */
export interface InferAnswer {
  readonly identity: ModelIdentity;
  /** The request's. */
  readonly id: string | undefined;
  /** The rows, some after the others. */
  readonly parts: readonly InferPart[];
  readonly outputs: readonly TensorSpec[];
}

/** Some consecutive rows of an answer. */
export interface InferPart {
  readonly predictions: Predictions;
  /** One a row, as JSON objects' texts; empty where nothing is handed on. */
  readonly passthrough: readonly (string | undefined)[];
}

/**
 * An inference's answer as JSON text, in pieces of some rows each; data is flat, numbers are the shortest that read
 * back to the same float32.
 */
export function* toInferPieces({ identity, id, parts, outputs }: InferAnswer): Generator<string, void> {
  const rows = parts.reduce((sum, { predictions }) => sum + predictions.rows, 0);
  const { name: model_name, version: model_version } = identity;
  const head = JSON.stringify({ model_name, model_version, ...(id === undefined ? {} : { id }) });
  let before = `${head.slice(0, -1)},"outputs":[`;
  for (const output of outputs) {
    const { name, datatype, shape } = output;
    const dims = shape.map((size) => (size === -1 ? rows : size));
    before += `{"name":"${name}","datatype":"${datatype}","shape":[${dims}],"data":[`;
    for (const part of parts) {
      yield before + toData(output, part);
      before = ',';
    }
    before = ']},';
  }
  yield `${before.endsWith(',') ? before.slice(0, -1) : before}]}`;
}

/** All of {@link toInferPieces}. */
export function toInferJson(answer: InferAnswer): string {
  let text = '';
  for (const piece of toInferPieces(answer)) text += piece;
  return text;
}

function toData({ name, datatype }: TensorSpec, { predictions, passthrough }: InferPart): string {
  switch (name) {
    case 'label':
      // labels of several kinds leave as text
      return predictions.labels
        .map((label) => JSON.stringify(datatype === 'BYTES' ? String(label) : label))
        .join(',');
    case 'passthrough':
      return passthrough.map((text) => JSON.stringify(text ?? '{}')).join(',');
    case 'value':
      return toNumbers(predictions.values);
    default:
      return toNumbers(predictions[name as 'probability' | 'probabilities' | 'score' | 'scores' | 'values']);
  }
}

/** NaN and infinities become null. */
function toNumbers(values: Float32Array): string {
  let text = '';
  for (const value of values) text += text === '' ? toShortest(value) : `,${toShortest(value)}`;
  return text;
}
