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
  const consumers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) consumers.set(name, [...(consumers.get(name) ?? []), node]);
  }
  const seen = new Set<string>();
  let layer = [input];
  while (layer.length > 0) {
    const nodes = layer.flatMap((name) => consumers.get(name) ?? []);
    if (nodes.some(handlesNaN)) return true;
    for (const name of layer) seen.add(name);
    layer = nodes
      .filter(({ op }) => TRANSPARENT.has(op))
      .flatMap(({ outputs }) => outputs)
      .filter((name) => !seen.has(name));
  }
  return false;
}

function handlesNaN(node: OnnxNode): boolean {
  if (node.op === 'Imputer') return true;
  if (!node.op.startsWith('TreeEnsemble')) return false;
  return readAttribute(node, 'nodes_missing_value_tracks_true')?.some((flag) => flag === 1) ?? false;
}
