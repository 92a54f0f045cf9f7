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
  return readAttribute(node, name)?.includes(1) ?? false;
}

/** The operations that first compute with an input, past those that only hand it on. */
function firstUses(graph: OnnxGraph, input: string): readonly OnnxNode[] {
  const consumers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) consumers.set(name, [...(consumers.get(name) ?? []), node]);
  }
  const uses: OnnxNode[] = [];
  const seen = new Set<string>();
  let layer = [input];
  while (layer.length > 0) {
    const nodes = layer.flatMap((name) => consumers.get(name) ?? []);
    uses.push(...nodes.filter(({ op }) => !TRANSPARENT.has(op)));
    for (const name of layer) seen.add(name);
    layer = nodes
      .filter(({ op }) => TRANSPARENT.has(op))
      .flatMap(({ outputs }) => outputs)
      .filter((name) => !seen.has(name));
  }
  return uses;
}
