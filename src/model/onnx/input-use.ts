import { attempt } from './attempt.ts';
import { type OnnxGraph, type OnnxNode, readAttribute } from './graph.ts';

/** Operations that hand a value on without computing with it. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  'Concat',
  'Cast',
  'Identity',
  'Reshape',
  'Unsqueeze',
  'FeatureVectorizer',
  'ArrayFeatureExtractor',
]);

/**
 * True when the first operation that computes with an input knows what NaN means: an imputer, or trees
 * that were told where missing values go.
 */
export function knowsNaN(graph: OnnxGraph, input: string): boolean {
  return firstUses(graph, input).some((node) => {
    if (node.op === 'Imputer') return true;
    return node.op.startsWith('TreeEnsemble') && hasFlag(node, 'nodes_missing_value_tracks_true');
  });
}

/** True when the model itself encodes an input's categories, and has all zeros for one that it does not know. */
export function ignoresUnknown(graph: OnnxGraph, input: string): boolean {
  return firstUses(graph, input).some((node) => node.op === 'OneHotEncoder' && hasFlag(node, 'zeros'));
}

function hasFlag(node: OnnxNode, name: string): boolean {
  return attempt(() => readAttribute(node, name))?.includes(1) ?? false;
}

/** The operations that first compute with an input, past those that only hand it on. */
function firstUses(graph: OnnxGraph, input: string): readonly OnnxNode[] {
  const consumers = consumersOf(graph);
  const uses: OnnxNode[] = [];
  const handedOn = new Set([input]);
  for (const name of handedOn) {
    for (const node of consumers.get(name) ?? []) {
      if (!TRANSPARENT.has(node.op)) uses.push(node);
      else for (const output of node.outputs) handedOn.add(output);
    }
  }
  return uses;
}

const known = new WeakMap<OnnxGraph, ReadonlyMap<string, ReadonlySet<OnnxNode>>>();

/** Which operations take a value; made once a graph, because there may be thousands of inputs to ask for. */
function consumersOf(graph: OnnxGraph): ReadonlyMap<string, ReadonlySet<OnnxNode>> {
  const made = known.get(graph);
  if (made !== undefined) return made;
  const consumers = new Map<string, Set<OnnxNode>>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) {
      const nodes = consumers.get(name);
      if (nodes === undefined) consumers.set(name, new Set([node]));
      else nodes.add(node);
    }
  }
  known.set(graph, consumers);
  return consumers;
}
