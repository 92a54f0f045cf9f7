import { listFields, toText, visitFields } from './fields.ts';
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
  /** Tensors of the whole file, in nested graphs and attributes too, whose values lie in other files. */
  readonly external: readonly OnnxTensor[];
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
  let graph: Uint8Array | undefined;
  visitFields(model, (tag, reader) => {
    if (tag === MODEL.producer || tag === MODEL.producerVersion) producer.push(reader.readString());
    else if (tag === MODEL.graph) graph = reader.readBytes();
    else if (tag === MODEL.opset) opsets.push(readOpset(reader.readBytes()));
    else if (tag === MODEL.functions) collectFromFunction(reader.readBytes(), external);
  });
  if (graph === undefined) throw new Error('it holds no graph');
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
  visitFields(bytes, (tag, reader) => {
    if (tag === 1) opset.domain = reader.readString();
    else if (tag === 2) opset.version = reader.readVarint(true);
  });
  return opset;
}

type Parts = Pick<OnnxGraph, 'inputs' | 'outputs' | 'nodes' | 'initializers' | 'external'>;

function readParts(graph: Uint8Array, external: OnnxTensor[]): Parts {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  for (const { tag, content } of listFields(graph)) {
    if (tag === GRAPH.input) inputs.push(readName(content));
    else if (tag === GRAPH.output) outputs.push(readName(content));
    else if (tag === GRAPH.node) nodes.push(readNode(content));
    else if (tag === GRAPH.initializer) {
      const tensor = readTensor(content);
      initializers.set(tensor.name, tensor);
    }
  }
  collectFromGraph(graph, external, 0);
  return { inputs: inputs.filter((name) => !initializers.has(name)), outputs, nodes, initializers, external };
}

/** The name of a ValueInfoProto, its first field. */
export function readName(valueInfo: Uint8Array): string {
  let name = '';
  visitFields(valueInfo, (tag, reader) => {
    if (tag === 1) name = reader.readString();
  });
  return name;
}

/** Reads a NodeProto. @throws Error for bytes that are none */
export function readNode(bytes: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  let op = '';
  let domain = '';
  visitFields(bytes, (tag, reader) => {
    if (tag === NODE.input) inputs.push(reader.readString());
    else if (tag === NODE.output) outputs.push(reader.readString());
    else if (tag === NODE.opType) op = reader.readString();
    else if (tag === NODE.domain) domain = reader.readString();
  });
  return { op, domain, inputs, outputs, bytes };
}

/** The integers or texts of a node's attribute, one or a list; undefined when it has none. */
export function readAttribute(node: OnnxNode, name: string): readonly (number | string)[] | undefined {
  let found: (number | string)[] | undefined;
  visitFields(node.bytes, (tag, reader) => {
    if (tag !== NODE.attribute) return;
    const attribute = reader.readBytes();
    if (readName(attribute) !== name) return;
    const values: (number | string)[] = [];
    visitFields(attribute, (inner, at) => {
      if (inner === ATTRIBUTE.ints && at.type === 2) values.push(...at.readPackedVarint([], true));
      else if (inner === ATTRIBUTE.ints || inner === ATTRIBUTE.int) values.push(at.readVarint(true));
      else if (inner === ATTRIBUTE.strings) values.push(toText(at.readBytes()));
    });
    if (values.length > 0) found = values;
  });
  return found;
}

function collectFromFunction(bytes: Uint8Array, external: OnnxTensor[]): void {
  const FUNCTION_NODE = 7;
  visitFields(bytes, (tag, reader) => {
    if (tag === FUNCTION_NODE) collectFromNode(reader.readBytes(), external, 1);
  });
}

function collectFromGraph(graph: Uint8Array, external: OnnxTensor[], depth: number): void {
  if (depth > MAX_DEPTH) throw new Error('its graphs are nested too deep');
  visitFields(graph, (tag, reader) => {
    if (tag === GRAPH.initializer) collectTensor(reader.readBytes(), external);
    else if (tag === GRAPH.sparseInitializer) collectSparse(reader.readBytes(), external);
    else if (tag === GRAPH.node) collectFromNode(reader.readBytes(), external, depth + 1);
  });
}

function collectFromNode(node: Uint8Array, external: OnnxTensor[], depth: number): void {
  visitFields(node, (tag, reader) => {
    if (tag !== NODE.attribute) return;
    visitFields(reader.readBytes(), (inner, at) => {
      if (inner === ATTRIBUTE.tensor || inner === ATTRIBUTE.tensors) collectTensor(at.readBytes(), external);
      else if (inner === ATTRIBUTE.graph || inner === ATTRIBUTE.graphs)
        collectFromGraph(at.readBytes(), external, depth + 1);
      else if (inner === ATTRIBUTE.sparseTensor || inner === ATTRIBUTE.sparseTensors)
        collectSparse(at.readBytes(), external);
    });
  });
}

function collectSparse(bytes: Uint8Array, external: OnnxTensor[]): void {
  const [VALUES, INDICES] = [1, 2];
  visitFields(bytes, (tag, reader) => {
    if (tag === VALUES || tag === INDICES) collectTensor(reader.readBytes(), external);
  });
}

function collectTensor(bytes: Uint8Array, external: OnnxTensor[]): void {
  const tensor = readTensor(bytes);
  if (tensor.external !== undefined) external.push(tensor);
}
