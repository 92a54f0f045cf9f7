import { ScorerError, show } from '../../errors.ts';
import { attempt } from './attempt.ts';
import { type OnnxGraph, readGraph } from './graph.ts';
import { rewriteModel, type ZipMap } from './rewrite.ts';
import type { ExternalData } from './tensor.ts';
import { checkTrees } from './trees.ts';

/** A protobuf message can't be larger; a few bytes that name one file often would make a model of any size. */
const MAX_MODEL_BYTES = 2 ** 31 - 1;

/** Half a million nodes, and half a second. */
const MAX_CHECKED_BYTES = 8 * 1024 * 1024;

/** A model that the runtime can take, and what its file says of it. */
export interface NormalisedModel {
  readonly bytes: Uint8Array;
  /** Of the file as it was. */
  readonly graph: OnnxGraph;
  readonly zipMaps: readonly ZipMap[];
}

/**
 * Reads an ONNX file, refuses what the runtime would never finish, and rewrites what it can't take (see
 * {@link checkTrees}, {@link rewriteModel}).
 *
 * @param files the content of the other files that the manifest pins, by name
 * @param isVouchedFor true for a file whose checksum says that it is the one that was checked before: the trees
 * of a large one are then not followed again, which takes seconds and memory of a process that serves
 * @throws ScorerError `MODEL_INVALID` for bytes that are no ONNX model, and for values in files that
 * the manifest does not pin: a path out of the model's folder is never followed
 */
export function normaliseModel(
  file: Uint8Array,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
  isVouchedFor = false,
): NormalisedModel {
  const graph = readModelGraph(file);
  if (!isVouchedFor || file.length <= MAX_CHECKED_BYTES) checkTrees(graph);
  const isZipped = graph.nodes.some(({ op }) => op === 'ZipMap');
  const [nested] = graph.nestedExternal;
  if (nested !== undefined) {
    throw invalid(
      `The model keeps ${show(nested.name)}, which is no tensor of its main graph, in another file: ` +
        'save it as one file (onnx.save_model with save_as_external_data=False).',
    );
  }
  if (!isZipped && graph.external.length === 0) return { bytes: file, graph, zipMaps: [] };
  let total = file.length;
  const rewritten = attempt(() =>
    rewriteModel(file, (external, name) => {
      const values = readExternal(files, external, name);
      total += values.length;
      if (total <= MAX_MODEL_BYTES) return values;
      throw invalid(`The model has more than ${MAX_MODEL_BYTES} bytes with its values from other files.`);
    }),
  );
  return { ...rewritten, graph };
}

/**
 * Reads what an ONNX file says of its graph.
 *
 * @throws ScorerError `MODEL_INVALID` for bytes that are no ONNX model
 */
export function readModelGraph(file: Uint8Array): OnnxGraph {
  return attempt(() => readGraph(file));
}

function readExternal(
  files: ReadonlyMap<string, Uint8Array>,
  { location, offset, length }: ExternalData,
  tensor: string,
): Uint8Array {
  const bytes = files.get(location);
  if (bytes === undefined) {
    const known = files.size === 0 ? 'it names none' : `it names ${[...files.keys()].map(show).join(', ')}`;
    throw invalid(
      `The model keeps the values of ${show(tensor)} in ${show(location)}: only files of the model's own ` +
        `folder that the manifest names in "data" are read, and ${known}.`,
    );
  }
  const end = length === undefined ? bytes.length : offset + length;
  const isPlace = Number.isSafeInteger(offset) && Number.isSafeInteger(end);
  if (isPlace && offset >= 0 && offset <= end && end <= bytes.length) return bytes.subarray(offset, end);
  throw invalid(
    `The model's values of ${show(tensor)} lie at bytes ${offset} to ${end} of ${show(location)}, which has ${bytes.length}.`,
  );
}

function invalid(message: string): ScorerError {
  return new ScorerError(message, { code: 'MODEL_INVALID' });
}
