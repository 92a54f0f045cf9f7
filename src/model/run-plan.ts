import { ScorerError, show } from '../errors.ts';
import type { InputType } from '../features/frame.ts';
import type { Manifest } from './manifest.ts';
import { outputNames } from './outputs.ts';
import type { GraphValue, RunInput, RunPlan } from './session.ts';

const TYPES: ReadonlySet<string | undefined> = new Set<InputType>([
  'float32',
  'float64',
  'int64',
  'int32',
  'bool',
  'string',
]);

/** More are no table; a row of them would take megabytes. */
const MAX_FEATURES = 100_000;

/** What a graph takes and gives, as its session says. */
export interface GraphShape {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
}

/**
 * Decides how rows are fed to a graph: which inputs, in which order, and how wide each is.
 *
 * @throws ScorerError `MODEL_INVALID` for inputs that no table of rows can feed, and for inputs or
 * outputs that the manifest names and the graph lacks, or the reverse
 */
export function planRun(
  graph: GraphShape,
  { inputs, features, outputs }: Pick<Manifest, 'inputs' | 'features' | 'outputs'>,
): RunPlan {
  const names = outputNames(outputs);
  for (const name of names) checkOutput(name, graph.outputs);
  return {
    inputs: planInputs(graph.inputs, inputs, features.length),
    outputs: names,
    oneByOne: graph.inputs.some(({ shape }) => shape[0] === 1),
  };
}

/**
 * The inputs in the order in which features fill them.
 *
 * @param names their order; undefined for the graph's own
 * @param width features of a matrix that does not say how wide it is
 * @throws ScorerError `MODEL_INVALID` as {@link planRun}
 */
export function planInputs(
  inputs: readonly GraphValue[],
  names: readonly string[] | undefined,
  width: number | undefined,
): readonly RunInput[] {
  const ordered = orderInputs(inputs, names);
  const planned = ordered.map((input) => toRunInput(input, ordered.length === 1 ? width : undefined));
  const total = planned.reduce((sum, input) => sum + input.width, 0);
  if (total <= MAX_FEATURES) return planned;
  throw invalid(`The model takes ${total} features: expected at most ${MAX_FEATURES}.`);
}

function orderInputs(
  inputs: readonly GraphValue[],
  names: readonly string[] | undefined,
): readonly GraphValue[] {
  if (inputs.length === 0) throw invalid('The model has no input.');
  if (names === undefined) return inputs;
  const left = inputs.find(({ name }) => !names.includes(name));
  if (left !== undefined)
    throw invalid(`The model has the input ${show(left.name)}, which the manifest's "inputs" leaves out.`);
  return names.map((name) => {
    const found = inputs.find((input) => input.name === name);
    if (found !== undefined) return found;
    throw invalid(`The model has no input ${show(name)} that the manifest names; it has ${listed(inputs)}.`);
  });
}

/** @param width of an input that doesn't say its own: the model's one input takes all features */
function toRunInput({ name, type, shape }: GraphValue, width: number | undefined): RunInput {
  if (!TYPES.has(type)) {
    throw invalid(
      `The model's input ${show(name)} is ${type ?? 'not a tensor'}: expected float32, float64, int64, int32, bool or string.`,
    );
  }
  const [rows, columns] = shape;
  if (typeof rows === 'number' && rows !== 1 && rows > 0) {
    throw invalid(
      `The model's input ${show(name)} takes ${rows} rows at a time: export it with a dynamic first dimension.`,
    );
  }
  if (shape.length !== 1 && shape.length !== 2) {
    throw invalid(
      `The model's input ${show(name)} has the shape [${shape.join(', ')}]: expected [rows] or [rows, features].`,
    );
  }
  const declared = shape.length === 1 ? 1 : typeof columns === 'number' ? columns : width;
  if (declared === undefined) {
    throw invalid(
      `The model's input ${show(name)} does not say how many features it takes: export it with a fixed second dimension.`,
    );
  }
  if (declared < 1)
    throw invalid(`The model's input ${show(name)} takes no features: [${shape.join(', ')}].`);
  return { name, type: type as InputType, width: declared, rank: shape.length };
}

function checkOutput(name: string, outputs: readonly GraphValue[]): void {
  const output = outputs.find((each) => each.name === name);
  if (output === undefined) {
    throw invalid(
      `The model has no output ${show(name)} that the manifest names; it has ${listed(outputs)}.`,
    );
  }
  if (output.type !== undefined) return;
  throw invalid(
    `The model's output ${show(name)} is a sequence or a map that is no ZipMap: it can't be read.`,
  );
}

function listed(values: readonly GraphValue[]): string {
  return values.map(({ name }) => show(name)).join(', ');
}

function invalid(message: string): ScorerError {
  return new ScorerError(message, { code: 'MODEL_INVALID' });
}
