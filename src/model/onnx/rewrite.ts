import { encodeField, listFields } from './fields.ts';
import { readAttribute, readName, readNode } from './graph.ts';
import { type ExternalData, readTensor, TENSOR } from './tensor.ts';

const MODEL_GRAPH = 7;
const GRAPH = { node: 1, initializer: 5, output: 12 } as const;
const NODE = { input: 1, output: 2, name: 3, opType: 4 } as const;
const FLOAT = 1;
const MODEL_OPSET = 8;
/** The standard operators' domain has two names. */
const STANDARD: ReadonlySet<string> = new Set(['', 'ai.onnx']);
/** An OperatorSetIdProto: version 9 of the standard operators, for graphs that had none of them. */
const IDENTITY_OPSET = Buffer.of(0x10, 9);

/** A ZipMap that was taken out of a graph. */
export interface ZipMap {
  /** The graph's output that it made. */
  readonly output: string;
  readonly classes: readonly (number | string)[];
}

/** A graph as the runtime can return all of it. */
export interface Rewritten {
  /** The model's bytes; those that came in when nothing had to change. */
  readonly bytes: Uint8Array;
  readonly zipMaps: readonly ZipMap[];
}

/**
 * Rewrites what onnxruntime-node cannot take: a ZipMap, whose maps it cannot return, becomes an
 * Identity, so that its output is the tensor of probabilities itself; a tensor whose values lie in
 * another file gets them inside, since the runtime is handed bytes and knows no folder.
 *
 * @param readExternal the bytes of another file's part; throws when it may not be read
 * @throws Error for bytes that are no ONNX model, and for external values outside the main graph
 */
export function rewriteModel(
  model: Uint8Array,
  readExternal: (data: ExternalData, tensor: string) => Uint8Array,
): Rewritten {
  const zipMaps: ZipMap[] = [];
  const fields = listFields(model);
  const parts = fields.flatMap(({ tag, raw, content }) => {
    if (tag !== MODEL_GRAPH) return [raw];
    return encodeField(MODEL_GRAPH, rewriteGraph(content, readExternal, zipMaps));
  });
  const hasStandard = fields.some(
    ({ tag, content }) => tag === MODEL_OPSET && STANDARD.has(readName(content)),
  );
  const opset = hasStandard || zipMaps.length === 0 ? [] : encodeField(MODEL_OPSET, [IDENTITY_OPSET]);
  return { bytes: Buffer.concat([...parts, ...opset]), zipMaps };
}

function rewriteGraph(
  graph: Uint8Array,
  readExternal: (data: ExternalData, tensor: string) => Uint8Array,
  zipMaps: ZipMap[],
): Uint8Array[] {
  const fields = listFields(graph);
  for (const { tag, content } of fields) {
    if (tag !== GRAPH.node) continue;
    const node = readNode(content);
    const [output] = node.outputs;
    if (node.op !== 'ZipMap' || output === undefined) continue;
    const classes = readAttribute(node, 'classlabels_int64s') ?? readAttribute(node, 'classlabels_strings');
    zipMaps.push({ output, classes: classes ?? [] });
  }
  const zipped = new Set(zipMaps.map(({ output }) => output));
  return fields.flatMap(({ tag, raw, content }) => {
    if (tag === GRAPH.node && readNode(content).op === 'ZipMap') return encodeField(tag, toIdentity(content));
    if (tag === GRAPH.output && zipped.has(readName(content))) {
      return encodeField(tag, toTensorInfo(readName(content)));
    }
    if (tag === GRAPH.initializer) {
      const { external, name } = readTensor(content);
      if (external !== undefined) return encodeField(tag, withValues(content, readExternal(external, name)));
    }
    return [raw];
  });
}

/** The node with the same input, output and name, and another operation: Identity, in the standard domain. */
function toIdentity(node: Uint8Array): Uint8Array[] {
  const kept = listFields(node).filter(
    ({ tag }) => tag === NODE.input || tag === NODE.output || tag === NODE.name,
  );
  return [...kept.map(({ raw }) => raw), ...encodeField(NODE.opType, [Buffer.from('Identity')])];
}

/** A ValueInfoProto of a float tensor of any shape. */
function toTensorInfo(name: string): Uint8Array[] {
  const [NAME, TYPE, TENSOR_TYPE] = [1, 2, 1];
  const elementType = Buffer.of(0x08, FLOAT); // field 1, a varint
  const type = encodeField(TYPE, encodeField(TENSOR_TYPE, [elementType]));
  return [...encodeField(NAME, [Buffer.from(name)]), ...type];
}

/** A TensorProto with its values inside, in place of the words that say where they lie. */
function withValues(tensor: Uint8Array, values: Uint8Array): Uint8Array[] {
  const kept = listFields(tensor).filter(
    ({ tag }) => tag !== TENSOR.externalData && tag !== TENSOR.dataLocation && tag !== TENSOR.rawData,
  );
  return [...kept.map(({ raw }) => raw), ...encodeField(TENSOR.rawData, [values])];
}
