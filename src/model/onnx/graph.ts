import { listFields, visitFields } from './fields.ts';
import { type OnnxTensor, readTensor } from './tensor.ts';

// Numbers of fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const MODEL = { producer: 2, producerVersion: 3, graph: 7, opset: 8, functions: 25 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparseInitializer: 15 } as const;
const NODE = { input: 1, output: 2, opType: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = {
  name: 1,
  int: 3,
  tensor: 5,
  graph: 6,
  ints: 8,
  strings: 9,
  tensors: 10,
  graphs: 11,
  sparseTensor: 22,
  sparseTensors: 23,
} as const;

/** Graphs and functions nested deeper than any exporter does are refused: reading them recurses. */
const MAX_DEPTH = 32;

/** One operation of a graph. */
export interface OnnxNode {
  /** Such as `TreeEnsembleClassifier`. */
  readonly op: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The node's bytes, for {@link readAttribute}. */
  readonly bytes: Uint8Array;
}

/** A set of operations, and its version. */
interface Opset {
  /** Empty for the standard one. */
  readonly domain: string;
  readonly version: number;
}

/** What can be read off an ONNX file without running it. */
export interface OnnxGraph {
  /** The exporter's name and version, on one line. */
  readonly producer: string;
  /** By domain, each once. */
  readonly opsets: readonly Opset[];
  /** Names of the inputs that are fed, without those that have a value of their own. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Initializers whose values lie in other files. */
  readonly external: readonly OnnxTensor[];
  /** Tensors elsewhere in the file, in nested graphs, functions and attributes, whose values lie in other files. */
  readonly nestedExternal: readonly OnnxTensor[];
}

/**
 * Reads an ONNX ModelProto.
 *
 * @throws Error for bytes that are none
 */
export function readGraph(model: Uint8Array): OnnxGraph {
  const opsets: Opset[] = [];
  const external: OnnxTensor[] = [];
  const producer: string[] = [];
  const graphs: Uint8Array[] = [];
  visitFields(model, (tag, field) => {
    if (tag === MODEL.producer || tag === MODEL.producerVersion) producer.push(field.text());
    else if (tag === MODEL.graph) graphs.push(field.bytes());
    else if (tag === MODEL.opset) opsets.push(readOpset(field.bytes()));
    else if (tag === MODEL.functions) collectFromFunction(field.bytes(), external);
  });
  const [graph] = graphs;
  if (graph === undefined) throw new Error('it holds no graph');
  // protobuf joins them to one, which no exporter has it do
  if (graphs.length > 1) throw new Error(`it holds its graph in ${graphs.length} pieces`);
  return { producer: toProducer(producer), opsets: sortOpsets(opsets), ...readParts(graph, external) };
}

/** Name and version; CatBoost's "version" is a text of many lines. */
function toProducer(texts: readonly string[]): string {
  return texts.filter((text) => !text.includes('\n')).join(' ');
}

/** Exporters write them in any order, and some twice: by domain, each once. */
function sortOpsets(opsets: readonly Opset[]): readonly Opset[] {
  const byDomain = new Map(opsets.map((opset) => [opset.domain, opset]));
  return [...byDomain.values()].sort((a, b) => (a.domain < b.domain ? -1 : 1));
}

function readOpset(bytes: Uint8Array): Opset {
  const opset = { domain: '', version: 0 };
  visitFields(bytes, (tag, field) => {
    if (tag === 1) opset.domain = field.text();
    else if (tag === 2) opset.version = field.integer();
  });
  return opset;
}

type Parts = Omit<OnnxGraph, 'producer' | 'opsets'>;

function readParts(graph: Uint8Array, nestedExternal: OnnxTensor[]): Parts {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const external: OnnxTensor[] = [];
  for (const { tag, content } of listFields(graph)) {
    if (tag === GRAPH.input) inputs.push(readName(content));
    else if (tag === GRAPH.output) outputs.push(readName(content));
    else if (tag === GRAPH.node) nodes.push(readNode(content));
    else if (tag === GRAPH.initializer) {
      const tensor = readTensor(content);
      initializers.set(tensor.name, tensor);
      if (tensor.external !== undefined) external.push(tensor);
    }
  }
  collectFromGraph(graph, nestedExternal, 0);
  const fed = inputs.filter((name) => !initializers.has(name));
  return { inputs: fed, outputs, nodes, initializers, external, nestedExternal };
}

/** The name of a ValueInfoProto, its first field. */
export function readName(valueInfo: Uint8Array): string {
  let name = '';
  visitFields(valueInfo, (tag, field) => {
    if (tag === 1) name = field.text();
  });
  return name;
}

/** Reads a NodeProto. @throws Error for bytes that are none */
export function readNode(bytes: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  let op = '';
  let domain = '';
  visitFields(bytes, (tag, field) => {
    if (tag === NODE.input) inputs.push(field.text());
    else if (tag === NODE.output) outputs.push(field.text());
    else if (tag === NODE.opType) op = field.text();
    else if (tag === NODE.domain) domain = field.text();
  });
  return { op, domain, inputs, outputs, bytes };
}

/** The integers or texts of a node's attribute, one or a list; undefined when it has none. */
export function readAttribute(node: OnnxNode, name: string): readonly (number | string)[] | undefined {
  let found: (number | string)[] | undefined;
  visitFields(node.bytes, (tag, field) => {
    if (tag !== NODE.attribute) return;
    const attribute = field.bytes();
    if (readName(attribute) !== name) return;
    const values: (number | string)[] = [];
    visitFields(attribute, (inner, value) => {
      if (inner === ATTRIBUTE.strings) values.push(value.text());
      else if (inner === ATTRIBUTE.ints || inner === ATTRIBUTE.int) {
        for (const integer of value.integers()) values.push(integer);
      }
    });
    if (values.length > 0) found = values;
  });
  return found;
}

function collectFromFunction(bytes: Uint8Array, external: OnnxTensor[]): void {
  const [FUNCTION_NODE, DEFAULT_ATTRIBUTE] = [7, 11];
  visitFields(bytes, (tag, field) => {
    if (tag === FUNCTION_NODE) collectFromNode(field.bytes(), external, 1);
    else if (tag === DEFAULT_ATTRIBUTE) collectFromAttribute(field.bytes(), external, 1);
  });
}

function collectFromGraph(graph: Uint8Array, external: OnnxTensor[], depth: number): void {
  if (depth > MAX_DEPTH) throw new Error('its graphs are nested too deep');
  visitFields(graph, (tag, field) => {
    // those of the main graph can have values elsewhere, and are not collected
    if (tag === GRAPH.initializer && depth > 0) collectTensor(field.bytes(), external);
    else if (tag === GRAPH.sparseInitializer) collectSparse(field.bytes(), external);
    else if (tag === GRAPH.node) collectFromNode(field.bytes(), external, depth + 1);
  });
}

function collectFromNode(node: Uint8Array, external: OnnxTensor[], depth: number): void {
  visitFields(node, (tag, field) => {
    if (tag === NODE.attribute) collectFromAttribute(field.bytes(), external, depth);
  });
}

function collectFromAttribute(attribute: Uint8Array, external: OnnxTensor[], depth: number): void {
  visitFields(attribute, (tag, field) => {
    if (tag === ATTRIBUTE.tensor || tag === ATTRIBUTE.tensors) collectTensor(field.bytes(), external);
    else if (tag === ATTRIBUTE.graph || tag === ATTRIBUTE.graphs)
      collectFromGraph(field.bytes(), external, depth + 1);
    else if (tag === ATTRIBUTE.sparseTensor || tag === ATTRIBUTE.sparseTensors)
      collectSparse(field.bytes(), external);
  });
}

function collectSparse(bytes: Uint8Array, external: OnnxTensor[]): void {
  const [VALUES, INDICES] = [1, 2];
  visitFields(bytes, (tag, field) => {
    if (tag === VALUES || tag === INDICES) collectTensor(field.bytes(), external);
  });
}

function collectTensor(bytes: Uint8Array, external: OnnxTensor[]): void {
  const tensor = readTensor(bytes);
  if (tensor.external !== undefined) external.push(tensor);
}
