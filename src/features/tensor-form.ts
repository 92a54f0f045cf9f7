import type { InferTensor } from '../decode/oip.ts';
import { ScorerError, show } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { FeatureSchema } from './schema.ts';

/** What the tensors of a request are: the graph's own inputs, or one for each column, or one for each feature. */
export interface TensorForm {
  readonly kind: 'graph' | 'column' | 'feature';
  /** In the order of what they are, each with its elements a row; what is handed on with a prediction comes last. */
  readonly tensors: readonly { readonly tensor: InferTensor; readonly width: number }[];
}

/** So many names are listed in an error, and compared with one that is not there. */
const MAX_LISTED = 20;

/** A way to give rows: the names that it takes, and how wide each is. */
interface Way {
  readonly kind: TensorForm['kind'];
  readonly names: readonly { readonly name: string; readonly width: number }[];
  /** The names, with those of what is handed on where there is a place for it. */
  readonly known: ReadonlySet<string>;
}

/** Made once a model. */
const waysOf = new WeakMap<FeatureSchema, readonly [Way, ...Way[]]>();

/**
 * Tells what tensors are by their names. Where they are both, they are columns.
 *
 * @throws ScorerError `MISSING_COLUMN`, `MISSING_FEATURE` for a tensor that is not there, `INVALID_REQUEST` for one that
 * the model doesn't know
 */
export function chooseForm(schema: FeatureSchema, tensors: readonly InferTensor[]): TensorForm {
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const ways = waysOf.get(schema) ?? toWays(schema);
  waysOf.set(schema, ways);
  const way = ways.find(({ names }) => names.every(({ name }) => given.has(name)));
  if (way === undefined) throw toMissing(ways, given, schema.passthrough);
  const { kind, names, known } = way;
  const unknown = tensors.find(({ name }) => !known.has(name));
  if (unknown !== undefined) throw toUnknown(unknown.name, way);
  const own = names.map(({ name, width }) => ({ tensor: given.get(name) as InferTensor, width })); // all are there
  if (own.length === tensors.length) return { kind, tensors: own };
  const taken = new Set(names.map(({ name }) => name));
  const others = tensors.filter(({ name }) => !taken.has(name));
  return { kind, tensors: [...own, ...others.map((tensor) => ({ tensor, width: 1 }))] };
}

function toWays({ inputs, columnNames, featureNames, passthrough }: FeatureSchema): readonly [Way, ...Way[]] {
  const toWay = (kind: Way['kind'], given: readonly string[]): Way => ({
    kind,
    names: given.map((name) => ({ name, width: 1 })),
    known: new Set([...given, ...passthrough]),
  });
  const graph: Way = { kind: 'graph', names: inputs, known: new Set(inputs.map(({ name }) => name)) };
  const byFeature = toWay('feature', featureNames);
  return columnNames.length === 0 ? [graph, byFeature] : [toWay('column', columnNames), graph, byFeature];
}

/** Speaks of the way of which most is there; of several, of the first. */
function toMissing(
  ways: readonly [Way, ...Way[]],
  given: ReadonlyMap<string, InferTensor>,
  passthrough: readonly string[],
): ScorerError {
  const held = ({ names }: Way): number => names.filter(({ name }) => given.has(name)).length;
  const way = ways.reduce((best, each) => (held(each) > held(best) ? each : best));
  const names = way.names.map(({ name }) => name);
  const missing = names.find((name) => !given.has(name)) ?? '';
  const known = new Set([...names, ...passthrough]);
  const extra = [...given.keys()].filter((name) => !known.has(name));
  const near = nearest(missing, extra.slice(0, MAX_LISTED));
  const hint = near === undefined ? '' : ` (nearest: ${show(near)})`;
  const others = ways
    .filter((other) => other.kind === 'graph' && other !== way)
    .map(({ names: [first, ...rest] }) =>
      first === undefined || rest.length > 0 ? '' : `, or ${show(first.name)} of shape [n, ${first.width}]`,
    );
  return new ScorerError(
    `The input ${show(missing)} is missing${hint}: expected ${list(names)}${others.join('')}.`,
    { code: way.kind === 'column' ? 'MISSING_COLUMN' : 'MISSING_FEATURE' },
  );
}

function toUnknown(name: string, { names, known }: Way): ScorerError {
  const near = nearest(name, [...known].slice(0, MAX_LISTED));
  const hint = near === undefined ? '' : ` (nearest: ${show(near)})`;
  return new ScorerError(
    `There is no input ${show(name)}${hint}: expected ${list(names.map((each) => each.name))} and no other.`,
    { code: 'INVALID_REQUEST' },
  );
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).map(show).join(', ');
  return names.length > MAX_LISTED ? `${shown}, … (${names.length})` : shown;
}
