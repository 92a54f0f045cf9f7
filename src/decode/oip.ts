import { ScorerError, show } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { nearest } from '../nearest.ts';
import { parseJson } from './json.ts';
import { DATATYPES, type Datatype } from './oip-datatype.ts';
import { flattenTensor } from './oip-shape.ts';

/** The elements of a tensor, row-major, of which some are taken at a time. */
export type TensorData = Pick<readonly unknown[], 'length' | 'slice'>;

/** One input of an inference request. */
export interface InferTensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** One dimension or more, none of them 0. */
  readonly shape: readonly number[];
  /** As many as the shape says; each still to be checked against the datatype. */
  readonly data: TensorData;
}

/**
 * Makes the elements of a tensor of its `data`.
 *
 * @param what names the tensor in errors
 * @param index of the tensor
 */
export type ToTensorData = (
  data: readonly unknown[],
  shape: readonly number[],
  what: string,
  index: number,
) => TensorData;

/** An inference request of the Open Inference Protocol, version 2. */
export interface InferRequest {
  /** Comes back with the answer. */
  readonly id: string | undefined;
  /** Named differently. */
  readonly inputs: readonly [InferTensor, ...InferTensor[]];
  /** The outputs that are asked for; undefined for all. */
  readonly outputs: readonly [string, ...string[]] | undefined;
}

/**
 * Reads an inference request. Its data may be nested as its shape says, or flat. Parameters are looked at for their
 * types alone, but for those that ask for binary tensors.
 *
 * @param toData makes the elements of each tensor; {@link flattenTensor} by default
 * @throws ScorerError as {@link parseJson}; `INVALID_REQUEST` that names the member; what `toData` throws
 */
export function decodeInferRequest(text: string, toData: ToTensorData = flattenTensor): InferRequest {
  const document = parseJson(text, 'The body');
  if (!isObject(document)) {
    throw invalid(`The body is ${show(document)}: expected an object with "inputs".`);
  }
  const id = document['id'];
  if (id !== undefined && typeof id !== 'string') throw invalid(`"id" is ${show(id)}: expected text.`);
  checkParameters(document, 'The body');
  const inputs = document['inputs'];
  if (!Array.isArray(inputs)) throw invalid(`"inputs" is ${show(inputs)}: expected an array of tensors.`);
  const [first, ...rest] = inputs.map((tensor, index) => decodeTensor(tensor, index, toData));
  if (first === undefined) throw invalid('"inputs" is an empty array: expected one tensor or more.');
  checkNames([first, ...rest]);
  return { id, inputs: [first, ...rest], outputs: decodeOutputs(document['outputs']) };
}

function decodeTensor(tensor: unknown, index: number, toData: ToTensorData): InferTensor {
  const place = `inputs[${index}]`;
  if (!isObject(tensor)) throw invalid(`${place} is ${show(tensor)}: expected a tensor.`);
  const { name, datatype, shape, data } = tensor;
  if (typeof name !== 'string') throw invalid(`${place}.name is ${show(name)}: expected text.`);
  checkParameters(tensor, place);
  const what = `${place} (${show(name)})`;
  const known = DATATYPES.find((each) => each === datatype);
  if (known === undefined) {
    const near = typeof datatype === 'string' ? nearest(datatype, DATATYPES) : undefined;
    const hint = near === undefined ? '' : ` (nearest: ${near})`;
    throw invalid(
      `${what} has the datatype ${show(datatype)}${hint}: expected one of ${DATATYPES.join(', ')}.`,
    );
  }
  if (!isShape(shape)) {
    throw invalid(`${what} has a shape that is ${show(shape)}: expected an array of integers, 1 or more.`);
  }
  if (!Array.isArray(data)) {
    throw invalid(`${what} has data that is ${show(data)}: expected an array, nested as the shape or flat.`);
  }
  return { name, datatype: known, shape, data: toData(data, shape, what, index) };
}

function isShape(shape: unknown): shape is readonly number[] {
  return (
    Array.isArray(shape) &&
    shape.length > 0 &&
    shape.every((size) => Number.isSafeInteger(size) && (size as number) > 0)
  );
}

function checkNames(inputs: readonly InferTensor[]): void {
  const names = new Set<string>();
  for (const { name } of inputs) {
    if (names.has(name)) throw invalid(`The input ${show(name)} is there twice.`);
    names.add(name);
  }
}

function decodeOutputs(outputs: unknown): InferRequest['outputs'] {
  if (outputs === undefined) return undefined;
  if (!Array.isArray(outputs)) throw invalid(`"outputs" is ${show(outputs)}: expected an array.`);
  const names = outputs.map((output: unknown, index) => {
    const name = isObject(output) ? output['name'] : undefined;
    if (!isObject(output) || typeof name !== 'string') {
      throw invalid(`outputs[${index}] is ${show(output)}: expected an object with a "name".`);
    }
    checkParameters(output, `outputs[${index}]`);
    return name;
  });
  const [first, ...rest] = new Set(names);
  return first === undefined ? undefined : [first, ...rest];
}

/** Parameters that say that tensors follow the JSON as bytes, or that the answer shall. */
const BINARY: ReadonlySet<string> = new Set(['binary_data', 'binary_data_output', 'binary_data_size']);

function checkParameters(owner: Readonly<Record<string, unknown>>, what: string): void {
  const parameters = Object.hasOwn(owner, 'parameters') ? owner['parameters'] : {};
  if (!isObject(parameters)) {
    throw invalid(`${what} has "parameters" that is ${show(parameters)}: expected an object.`);
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw invalid(
        `${what} has the parameter ${show(name)} that is ${show(value)}: expected text, a number or a boolean.`,
      );
    }
    if (BINARY.has(name) && value !== false) throw binaryTensors(`${what} has the parameter ${show(name)}`);
  }
}

/** The failure of a request that has binary tensors, or asks for them. @param sign what tells so */
export function binaryTensors(sign: string): ScorerError {
  return invalid(
    `${sign}: binary tensors are not taken or given, only "data" as JSON (tritonclient: binary_data=False for inputs and outputs).`,
  );
}

function invalid(message: string): ScorerError {
  return new ScorerError(message, { code: 'INVALID_REQUEST' });
}
