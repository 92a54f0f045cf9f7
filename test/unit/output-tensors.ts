// Tensors by hand, and what a manifest makes of them.
import type { Manifest } from '../../src/model/manifest.ts';
import { type OutputsDocument, type Task, toOutputs } from '../../src/model/manifest-outputs.ts';
import { createOutputReader } from '../../src/model/outputs.ts';
import type { Predictions } from '../../src/model/predictions.ts';
import type { RawTensor } from '../../src/model/session.ts';

/** A tensor of two rows. */
export function tensor(
  type: string,
  values: readonly (number | string)[],
  dims?: readonly number[],
): RawTensor {
  const shape = dims ?? [2, values.length / 2];
  if (type === 'string') return { type, dims: shape, data: values.map(String) };
  const numbers = values.map(Number);
  const data = {
    float32: () => Float32Array.from(numbers),
    float64: () => Float64Array.from(numbers),
    int32: () => Int32Array.from(numbers),
    int64: () => BigInt64Array.from(numbers, BigInt),
    bool: () => Uint8Array.from(numbers),
    uint8: () => Uint8Array.from(numbers),
    float16: () => Uint16Array.from(numbers),
  }[type];
  return { type, dims: shape, data: data?.() ?? [] };
}

/** Numbers of two rows. */
export const float = (...values: readonly number[]): RawTensor => tensor('float32', values);
/** Labels of two rows. */
export const labels = (...values: readonly number[]): RawTensor => tensor('int64', values, [2]);

/** Two rows, read as a manifest of these outputs says. */
export function predict(task: Task, document: OutputsDocument, tensors: readonly RawTensor[]): Predictions {
  const manifest = { task, outputs: toOutputs(task, document) } as Manifest; // the rest is not looked at
  return createOutputReader(manifest, tensors, 2).read(tensors, 2);
}
