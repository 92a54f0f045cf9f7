import { attempt } from './attempt.ts';
import { type OnnxGraph, type OnnxNode, readAttribute } from './graph.ts';
import { readList } from './tensor.ts';

/** Where exporters write the classes: https://onnx.ai/onnx/operators/ (ai.onnx.ml) */
const CLASS_ATTRIBUTES = ['classlabels_int64s', 'classlabels_strings', 'classlabels_ints'] as const;

/** Nodes looked at before the search is given up. */
const MAX_STEPS = 10_000;

/**
 * The classes that an output's labels are taken from, looked for from the output backwards: the list
 * of a classifier, or the list that a label's index picks from (ArrayFeatureExtractor, Gather,
 * LabelEncoder).
 *
 * @returns undefined when the graph names none
 * @throws ScorerError `MODEL_INVALID` for a list that can't be read
 */
export function findClasses(graph: OnnxGraph, output: string): readonly (number | string)[] | undefined {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const seen = new Set<OnnxNode>();
  let layer = [output];
  while (layer.length > 0 && seen.size < MAX_STEPS) {
    const next = new Set<string>();
    for (const name of layer) {
      const node = producers.get(name);
      if (node === undefined || seen.has(node)) continue;
      const classes = attempt(() => classesOf(graph, node));
      if (classes !== undefined) return classes;
      seen.add(node);
      for (const input of node.inputs) next.add(input);
    }
    layer = [...next];
  }
  return undefined;
}

function classesOf(graph: OnnxGraph, node: OnnxNode): readonly (number | string)[] | undefined {
  for (const name of CLASS_ATTRIBUTES) {
    const classes = readAttribute(node, name);
    if (classes !== undefined) return classes;
  }
  if (node.op === 'LabelEncoder') {
    return readAttribute(node, 'values_strings') ?? readAttribute(node, 'values_int64s');
  }
  if (node.op !== 'ArrayFeatureExtractor' && node.op !== 'Gather') return undefined;
  const list = graph.initializers.get(node.inputs[0] ?? '');
  const classes = list && readList(list);
  return classes !== undefined && classes.length >= 2 ? classes : undefined;
}
