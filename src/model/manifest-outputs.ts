import { ScorerError, show } from '../errors.ts';
import type { Activation } from './activation.ts';
import type { Label } from './predictions.ts';

/** What kind of prediction a model makes. */
export type Task = 'binary-classification' | 'multiclass-classification' | 'regression' | 'anomaly';

/** How to read what the graph gives, with defaults filled in. */
export interface Outputs {
  readonly label: string | undefined;
  /** One output, or one a class; empty when there is none. */
  readonly probabilities: readonly string[];
  readonly scores: string | undefined;
  /** One output, or one a target; empty when there is none. */
  readonly values: readonly string[];
  /** Empty for tasks without classes, and where only the label is known. */
  readonly classes: readonly Label[];
  /** Set for two classes alone. */
  readonly positive: Label | undefined;
  readonly threshold: number | undefined;
  readonly activation: Activation | undefined;
  readonly targets: readonly string[] | undefined;
  readonly csv: 'label' | 'all';
}

/** `outputs` of a manifest as its schema allows it. */
export interface OutputsDocument {
  readonly label?: string;
  readonly probabilities?: string | readonly string[];
  readonly scores?: string;
  readonly values?: string | readonly string[];
  readonly classes?: readonly Label[];
  readonly positive?: Label;
  readonly threshold?: number;
  readonly activation?: Activation;
  readonly targets?: readonly string[];
  readonly csv?: 'label' | 'all';
}

/**
 * Fills in the defaults of a manifest's `outputs` and checks what a schema can't say.
 *
 * @throws ScorerError `MODEL_INVALID` that names the JSON path, what was expected and what was found
 */
export function toOutputs(task: Task, document: OutputsDocument): Outputs {
  const { classes = [], positive = classes[1], threshold, probabilities } = document;
  checkTask(task, document);
  checkClasses(document);
  checkNeedsNumbers(document);
  if (threshold !== undefined && probabilities !== undefined && (threshold < 0 || threshold > 1)) {
    throw manifestInvalid('outputs.threshold', 'a probability, 0 to 1', String(threshold));
  }
  return {
    label: document.label,
    probabilities: toList(probabilities),
    scores: document.scores,
    values: toList(document.values),
    classes,
    positive: task === 'binary-classification' ? positive : undefined,
    threshold,
    activation: document.activation,
    targets: document.targets,
    csv: document.csv ?? 'label',
  };
}

/** What the classes are for: JSON, CSV and messages tell them by their text. */
function checkClasses({ classes = [], positive }: OutputsDocument): void {
  const texts = classes.map(String);
  const repeated = texts.findIndex((text, index) => texts.indexOf(text) !== index);
  if (repeated !== -1) {
    throw manifestInvalid(
      `outputs.classes[${repeated}]`,
      'a class of another text',
      `${show(classes[repeated])} beside ${show(classes[texts.indexOf(texts[repeated] ?? '')])}`,
    );
  }
  if (positive === undefined || classes.includes(positive)) return;
  const expected =
    classes.length === 0 ? 'nothing without outputs.classes' : `one of ${classes.map(show).join(', ')}`;
  throw manifestInvalid('outputs.positive', expected, show(positive));
}

/** Members that say nothing where the output they speak of is not there. */
function checkNeedsNumbers({ probabilities, scores, threshold, activation, csv }: OutputsDocument): void {
  if (probabilities !== undefined) return;
  if (threshold !== undefined && scores === undefined) {
    throw manifestInvalid('outputs.threshold', 'none without probabilities or scores', String(threshold));
  }
  if (activation !== undefined) {
    throw manifestInvalid('outputs.activation', 'none without probabilities', show(activation));
  }
  if (csv === 'all') throw manifestInvalid('outputs.csv', '"label" without probabilities', show(csv));
}

function toList(names: string | readonly string[] | undefined): readonly string[] {
  return typeof names === 'string' ? [names] : (names ?? []);
}

/** What each task needs of `outputs`; a member that the task has no use for is a mistake. */
function checkTask(task: Task, outputs: OutputsDocument): void {
  const needed = NEEDED[task];
  const { label, probabilities, scores, classes = [] } = outputs;
  const useless = Object.keys(outputs).find((member) => !needed.allowed.has(member));
  if (useless !== undefined) {
    throw manifestInvalid(
      `outputs.${useless}`,
      `no such field for the task ${task}`,
      show(Reflect.get(outputs, useless)),
    );
  }
  for (const member of needed.required) {
    if (Object.hasOwn(outputs, member)) continue;
    throw manifestInvalid(`outputs.${member}`, `a value, for the task ${task}`, 'nothing');
  }
  if (task !== 'binary-classification' && task !== 'multiclass-classification') return;
  if (label === undefined && probabilities === undefined && scores === undefined) {
    throw manifestInvalid('outputs', 'at least one of label, probabilities and scores', 'none');
  }
  if (probabilities !== undefined && scores !== undefined) {
    throw manifestInvalid('outputs.scores', 'no scores beside probabilities', show(scores));
  }
  const wanted = probabilities === undefined && scores === undefined ? 0 : 2;
  const isBinary = task === 'binary-classification';
  if (classes.length < wanted || (isBinary && classes.length !== 0 && classes.length !== 2)) {
    throw manifestInvalid(
      'outputs.classes',
      isBinary ? 'two classes' : 'two classes or more',
      `${classes.length}`,
    );
  }
  if (Array.isArray(probabilities) && probabilities.length > 1 && probabilities.length !== classes.length) {
    throw manifestInvalid(
      'outputs.probabilities',
      `one output a class (${classes.length})`,
      `${probabilities.length}`,
    );
  }
}

const CLASSIFIER = ['label', 'probabilities', 'scores', 'classes', 'activation', 'csv'];

const NEEDED: Readonly<
  Record<Task, { readonly required: readonly string[]; readonly allowed: ReadonlySet<string> }>
> = {
  'binary-classification': { required: [], allowed: new Set([...CLASSIFIER, 'positive', 'threshold']) },
  'multiclass-classification': { required: [], allowed: new Set(CLASSIFIER) },
  regression: { required: ['values'], allowed: new Set(['values', 'targets']) },
  anomaly: { required: ['label'], allowed: new Set(['label', 'scores']) },
};

/** A mistake in a manifest: where, what was expected, what was found. */
export function manifestInvalid(path: string, expected: string, got: string): ScorerError {
  return new ScorerError(`The manifest is invalid at ${path}: expected ${expected}, got ${got}.`, {
    code: 'MODEL_INVALID',
    detail: { path, expected, got },
  });
}
