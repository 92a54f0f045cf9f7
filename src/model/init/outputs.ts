import { ScorerError, show } from '../../errors.ts';
import type { OutputsDocument, Task } from '../manifest-outputs.ts';
import { findClasses } from '../onnx/classes.ts';
import type { NormalisedModel } from '../onnx/normalise.ts';
import type { Label } from '../predictions.ts';
import type { RawTensor } from '../session.ts';
import { interleave, readAllFloats, readLabels } from '../tensor-values.ts';

/** An output of the graph as it came for some rows. */
export interface SeenOutput {
  readonly name: string;
  readonly tensor: RawTensor;
  /** Elements a row. */
  readonly width: number;
}

/** What a model predicts, as far as its graph and its answers tell. */
export interface GuessedOutputs {
  readonly task: Task;
  readonly outputs: OutputsDocument;
  readonly notes: readonly string[];
}

/**
 * Tells from a model's answers to some rows what it predicts.
 *
 * @throws ScorerError `MODEL_INVALID` for outputs that make no prediction
 */
export function guessOutputs(
  model: NormalisedModel,
  seen: readonly SeenOutput[],
  rows: number,
): GuessedOutputs {
  const label = seen.find(({ tensor, width }) => width === 1 && isLabelType(tensor.type));
  const numbers = seen.filter(({ tensor }) => tensor.type.startsWith('float'));
  if (label === undefined) return guessWithoutLabel(model, numbers, rows);
  const labels = readLabels(label.tensor, label.name, rows);
  const zipped = model.zipMaps.find(({ output }) => numbers.some(({ name }) => name === output));
  const listed =
    zipped !== undefined && zipped.classes.length > 0 ? zipped.classes : findClasses(model.graph, label.name);
  // a list that has a class twice is another list: the labels of a neighbour model's rows
  const found = new Set(listed?.map(String)).size === listed?.length ? listed : undefined;
  const [score] = numbers;
  if (found === undefined && score?.width === 1 && numbers.length === 1 && labels.every(isSign)) {
    return { task: 'anomaly', outputs: { label: label.name, scores: score.name }, notes: [] };
  }
  return guessClasses(label, labels, numbers, found, rows);
}

function isLabelType(type: string): boolean {
  return type === 'int64' || type === 'int32' || type === 'string' || type === 'bool';
}

function isSign(label: Label): boolean {
  return label === 1 || label === -1;
}

function guessClasses(
  label: SeenOutput,
  labels: readonly Label[],
  numbers: readonly SeenOutput[],
  found: readonly (string | number)[] | undefined,
  rows: number,
): GuessedOutputs {
  const several = numbers.length > 1 && numbers.every(({ width }) => width === 1) ? numbers : undefined;
  const [one] = numbers;
  const width = several?.length ?? one?.width ?? 0;
  const classes = toClasses(label, labels, found, width);
  const task = toTask(classes.length > 0 ? classes.length : new Set(labels).size);
  const named = { label: label.name, ...(classes.length > 0 ? { classes } : {}) };
  if (one === undefined) return { task, outputs: named, notes: [] };
  checkObserved(labels, classes);
  const columns = several ?? [one];
  const values = interleave(
    columns.map(({ tensor }) => tensor),
    columns.map(({ name }) => name),
    rows,
    undefined,
  );
  const names = several === undefined ? one.name : several.map(({ name }) => name);
  if (areProbabilities(values, width)) {
    return { task, outputs: { ...named, probabilities: names }, notes: [] };
  }
  return {
    task,
    outputs: { ...named, scores: one.name },
    notes: [`The numbers of ${show(one.name)} are no probabilities: they are taken for decision scores.`],
  };
}

/** The classes that the graph names; else numbers from 0, as many as there are columns. */
function toClasses(
  { tensor }: SeenOutput,
  labels: readonly Label[],
  found: readonly (string | number)[] | undefined,
  width: number,
): readonly Label[] {
  if (tensor.type === 'bool') return [false, true];
  if (found !== undefined && (width <= 1 || width === found.length)) return found;
  if (width === 0) return [];
  const count = Math.max(width, 2);
  const numbered = Array.from({ length: count }, (_, index) => index);
  if (labels.every((label) => typeof label === 'number' && numbered.includes(label))) return numbered;
  throw invalid(
    `The model's graph does not say which classes its ${width} numbers a row belong to: write a manifest with "outputs.classes" in their order.`,
  );
}

function checkObserved(labels: readonly Label[], classes: readonly Label[]): void {
  const strange = labels.find((label) => !classes.includes(label));
  if (strange === undefined) return;
  throw invalid(
    `The model gave the label ${show(strange)}, and its graph seems to name the classes ${classes.map(show).join(', ')}: write a manifest with "outputs.classes".`,
  );
}

function guessWithoutLabel(
  { graph }: NormalisedModel,
  numbers: readonly SeenOutput[],
  rows: number,
): GuessedOutputs {
  const [first] = numbers;
  if (first === undefined) throw invalid('The model has no output of labels or numbers.');
  if (numbers.length > 1 && numbers.every(({ width }) => width === 1)) {
    const names = numbers.map(({ name }) => name);
    return { task: 'regression', outputs: { values: names, targets: names }, notes: [] };
  }
  const values = readAllFloats(first.tensor, first.name);
  const width = values.length / rows;
  const isSigmoid = graph.nodes.some(({ op, outputs }) => op === 'Sigmoid' && outputs.includes(first.name));
  if (!(width === 1 ? isSigmoid : areProbabilities(values, width))) {
    return { task: 'regression', outputs: { values: first.name }, notes: noteLogits(first.name, width) };
  }
  const count = Math.max(width, 2);
  const found = findClasses(graph, first.name);
  const isFound = found !== undefined && found.length === count;
  const classes = isFound ? found : Array.from({ length: count }, (_, index) => index);
  return {
    task: toTask(count),
    outputs: { probabilities: first.name, classes },
    notes: isFound ? [] : [`The model does not name its classes: they are numbered 0 to ${count - 1}.`],
  };
}

/** Networks often end in logits; nothing in a graph tells them from several targets. */
function noteLogits(name: string, width: number): readonly string[] {
  if (width === 1 && !/logit/i.test(name)) return [];
  const [task, activation] = width === 1 ? ['binary', 'sigmoid'] : ['multiclass', 'softmax'];
  return [
    `The numbers of ${show(name)} are taken for values of a regression. If they are logits, the task is ` +
      `${task}-classification, and outputs are {"probabilities": ${show(name)}, "activation": "${activation}", "classes": […]}.`,
  ];
}

function toTask(classes: number): Task {
  return classes > 2 ? 'multiclass-classification' : 'binary-classification';
}

const TOLERANCE = 1e-3;

/** Between 0 and 1, and of several classes together 1; rows without an answer (NaN) say nothing. */
function areProbabilities(values: Float32Array, width: number): boolean {
  if (values.every(Number.isNaN)) return false;
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    if (row.some(Number.isNaN)) continue;
    const sum = row.reduce((total, value) => total + value, 0);
    if (row.some((value) => value < -TOLERANCE || value > 1 + TOLERANCE)) return false;
    if (width > 1 && Math.abs(sum - 1) > TOLERANCE) return false;
  }
  return true;
}

function invalid(message: string): ScorerError {
  return new ScorerError(message, { code: 'MODEL_INVALID' });
}
