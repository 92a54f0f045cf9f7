import { ScorerError } from '../errors.ts';
import { applyActivation } from './activation.ts';
import type { Outputs } from './manifest-outputs.ts';
import type { OutputReader } from './outputs.ts';
import { type Label, noPredictions, type OutputKind, type Predictions } from './predictions.ts';
import { interleave, readAllFloats, readLabels } from './tensor-values.ts';

/**
 * Reads the outputs of a classifier: probabilities, decision scores, or the label alone.
 *
 * @param seen labels of made-up rows, which tell their type
 */
export function createClassReader(outputs: Outputs, seen: readonly Label[]): OutputReader {
  const { label, probabilities, scores } = outputs;
  const kind = toClassKind(outputs, seen);
  const first = label === undefined ? 0 : 1;
  return {
    kind,
    read(tensors, rows) {
      const labels = label === undefined ? undefined : readLabels(tensors[0], label, rows);
      const rest = tensors.slice(first);
      if (kind.kind === 'probabilities') {
        const each = toEachProbability(outputs, interleave(rest, probabilities, rows, undefined), rows);
        return readProbabilities(outputs, kind, labels, each, rows);
      }
      if (kind.kind === 'scores') {
        const [tensor] = rest;
        return readScores(outputs, kind, labels, readAllFloats(tensor, scores ?? ''), rows);
      }
      return { ...noPredictions(kind), rows, labels: labels ?? [] };
    },
  };
}

function toClassKind({ probabilities, scores, classes, csv }: Outputs, seen: readonly Label[]): OutputKind {
  if (probabilities.length > 0) return { kind: 'probabilities', classes, everyClass: csv === 'all' };
  if (scores !== undefined) return { kind: 'scores', classes, signed: classes.length === 2 };
  return { kind: 'label', seen };
}

/** One probability a class and row: of a binary model that gives only the positive one's, the other is the rest. */
function toEachProbability(outputs: Outputs, given: Float32Array, rows: number): Float32Array {
  const { classes, activation, probabilities } = outputs;
  const width = given.length / rows;
  if (activation === 'softmax' && width === 1) {
    throw new ScorerError(
      `The model's output ${JSON.stringify(probabilities[0])} has one number a row, of which softmax always makes 1: the activation of one logit is sigmoid.`,
      { code: 'MODEL_INVALID' },
    );
  }
  const values = activation === undefined ? given : applyActivation(activation, given, width);
  if (width === classes.length) return values;
  if (width !== 1 || classes.length !== 2) {
    throw new ScorerError(
      `The model's output ${JSON.stringify(probabilities[0])} has ${width} numbers a row; the manifest names ${classes.length} classes.`,
      { code: 'MODEL_INVALID' },
    );
  }
  const each = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row += 1) {
    const positive = values[row] ?? Number.NaN;
    each[2 * row] = 1 - positive;
    each[2 * row + 1] = positive;
  }
  return each;
}

function readProbabilities(
  outputs: Outputs,
  kind: OutputKind,
  given: readonly Label[] | undefined,
  probabilities: Float32Array,
  rows: number,
): Predictions {
  const { classes, positive } = outputs;
  const threshold = toFloat32(outputs.threshold);
  const width = classes.length;
  const isBinary = positive !== undefined;
  const positiveIndex = isBinary ? classes.indexOf(positive) : -1;
  const places = new Map(classes.map((label, place) => [label, place]));
  const labels: Label[] = new Array(rows);
  const probability = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const positiveProbability = probabilities[row * width + positiveIndex] ?? Number.NaN;
    const label =
      threshold !== undefined && isBinary
        ? pick(classes, positive, positiveProbability >= threshold)
        : (given?.[row] ?? classes[indexOfLargest(probabilities, row, width)] ?? '');
    labels[row] = label;
    probability[row] = isBinary
      ? positiveProbability
      : (probabilities[row * width + (places.get(label) ?? Number.NaN)] ?? Number.NaN);
  }
  return { ...noPredictions(kind), rows, labels, probability, probabilities };
}

function readScores(
  { classes, positive, threshold: exact, scores: name }: Outputs,
  kind: OutputKind,
  given: readonly Label[] | undefined,
  scores: Float32Array,
  rows: number,
): Predictions {
  const width = scores.length / rows;
  const threshold = toFloat32(exact);
  const places = new Map(classes.map((label, place) => [label, place]));
  if (positive !== undefined && (width === 1 || width === 2)) {
    const positiveIndex = classes.indexOf(positive);
    const sign = width === 1 && positiveIndex === 0 ? -1 : 1; // a single score is the second class's
    const score = Float32Array.from(
      { length: rows },
      (_, row) => sign * (scores[width === 1 ? row : 2 * row + positiveIndex] ?? Number.NaN),
    );
    const largest = (row: number): Label =>
      width === 1
        ? pick(classes, positive, (score[row] ?? 0) > 0)
        : (classes[indexOfLargest(scores, row, width)] ?? positive);
    const labels = Array.from(score, (each, row) =>
      threshold === undefined ? (given?.[row] ?? largest(row)) : pick(classes, positive, each >= threshold),
    );
    return { ...noPredictions(kind), rows, labels, score };
  }
  if (width !== classes.length) {
    throw new ScorerError(
      `The model's output ${JSON.stringify(name)} has ${width} scores a row; the manifest names ${classes.length} classes.`,
      { code: 'MODEL_INVALID' },
    );
  }
  const labels = Array.from(
    { length: rows },
    (_, row) => given?.[row] ?? classes[indexOfLargest(scores, row, width)] ?? '',
  );
  const score = Float32Array.from(
    labels,
    (label, row) => scores[row * width + (places.get(label) ?? Number.NaN)] ?? Number.NaN,
  );
  return { ...noPredictions(kind), rows, labels, score, scores };
}

/** Numbers are told as float32: one that reads as the threshold has reached it. */
function toFloat32(threshold: number | undefined): number | undefined {
  return threshold === undefined ? undefined : Math.fround(threshold);
}

function pick(classes: readonly Label[], positive: Label, isPositive: boolean): Label {
  return isPositive ? positive : (classes.find((label) => label !== positive) ?? positive);
}

/** The first of the largest, as numpy's argmax. */
function indexOfLargest(values: Float32Array, row: number, width: number): number {
  let best = 0;
  for (let index = 1; index < width; index += 1) {
    if ((values[row * width + index] ?? 0) > (values[row * width + best] ?? 0)) best = index;
  }
  return best;
}
