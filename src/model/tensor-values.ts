import { ScorerError } from '../errors.ts';
import type { Label } from './predictions.ts';
import type { RawTensor } from './session.ts';

/** The numbers of a tensor as float32, whatever its shape; a float32 tensor's own memory. */
function toFloats(tensor: RawTensor, name: string): Float32Array {
  const { data } = tensor;
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array || data instanceof Int32Array || data instanceof Uint8Array) {
    return Float32Array.from(data);
  }
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number);
  throw unexpected(tensor, name, 'numbers');
}

/**
 * The labels of a tensor, one an element, whatever its shape. 64-bit integers come as numbers: classes
 * are numbered from small integers.
 */
function toLabels(tensor: RawTensor, name: string): readonly Label[] {
  const { data, type } = tensor;
  if (data instanceof BigInt64Array) return fromWords(data);
  if (type === 'string') return (data as readonly string[]).map(String); // so says its type
  if (data instanceof Uint8Array && type === 'bool') return Array.from(data, (bit) => bit !== 0);
  if (data instanceof Int32Array || data instanceof Float32Array || data instanceof Float64Array) {
    return Array.from(data);
  }
  throw unexpected(tensor, name, 'labels (int64, int32, text or bool)');
}

/** Reads 64-bit integers as pairs of words where the upper is only the sign: a BigInt each would cost more than the run. */
function fromWords(data: BigInt64Array): readonly number[] {
  const words = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
  const labels = new Array<number>(data.length);
  for (let index = 0; index < labels.length; index += 1) {
    const [low = 0, high = 0] = [words[2 * index], words[2 * index + 1]];
    labels[index] = high === low >> 31 ? low : toSafe(data[index] ?? 0n);
  }
  return labels;
}

/** Beyond 2^53 two labels would become one number. */
function toSafe(label: bigint): number {
  const number = Number(label);
  if (Number.isSafeInteger(number)) return number;
  throw new ScorerError(
    `The model's label ${label} is no number that JSON can hold: export it with labels of text.`,
    { code: 'MODEL_INVALID' },
  );
}

/** The model returned something else than the manifest says. */
function unexpected(tensor: RawTensor, name: string, expected: string): ScorerError {
  return new ScorerError(
    `The model's output ${JSON.stringify(name)} comes as ${tensor.type} [${tensor.dims.join(', ')}]: expected ${expected}.`,
    { code: 'MODEL_INVALID' },
  );
}

/** The numbers of one output, or of several with one column each, row by row. */
export function interleave(
  tensors: readonly RawTensor[],
  names: readonly string[],
  rows: number,
  width: number | undefined,
): Float32Array {
  const [first] = tensors;
  if (names.length === 1) {
    const floats = readAllFloats(first, names[0] ?? '');
    if (
      first !== undefined &&
      (floats.length % rows !== 0 || (width !== undefined && floats.length !== rows * width))
    ) {
      throw unexpected(first, names[0] ?? '', `${width ?? 'as many'} numbers for each of ${rows} rows`);
    }
    return floats;
  }
  const joined = new Float32Array(rows * names.length);
  names.forEach((name, index) => {
    const column = readFloats(tensors[index], name, rows);
    for (let row = 0; row < rows; row += 1) joined[row * names.length + index] = column[row] ?? Number.NaN;
  });
  return joined;
}

/** All numbers of an output. */
export function readAllFloats(tensor: RawTensor | undefined, name: string): Float32Array {
  return toFloats(present(tensor, name), name);
}

/** One number a row. */
export function readFloats(tensor: RawTensor | undefined, name: string, rows: number): Float32Array {
  const floats = readAllFloats(tensor, name);
  if (floats.length === rows) return floats;
  throw unexpected(present(tensor, name), name, `one number for each of ${rows} rows`);
}

/** One label a row. */
export function readLabels(tensor: RawTensor | undefined, name: string, rows: number): readonly Label[] {
  const labels = toLabels(present(tensor, name), name);
  if (labels.length === rows) return labels;
  throw unexpected(present(tensor, name), name, `one label for each of ${rows} rows`);
}

function present(tensor: RawTensor | undefined, name: string): RawTensor {
  if (tensor !== undefined) return tensor;
  throw new ScorerError(`The model returned no output ${JSON.stringify(name)}.`, { code: 'MODEL_INVALID' });
}
