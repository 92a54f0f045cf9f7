import type { RawTensor } from '../model/session.ts';

/**
 * Gives each of some frames that ran together its part of what came out; undefined where an output does not have
 * one entry a row.
 *
 * @param rows of the frames, in their order
 */
export function splitTensors(
  tensors: readonly RawTensor[],
  rows: readonly number[],
): readonly (readonly RawTensor[])[] | undefined {
  const total = rows.reduce((sum, each) => sum + each, 0);
  if (tensors.some(({ dims }) => dims[0] !== total)) return undefined;
  let from = 0;
  return rows.map((count) => {
    const start = from;
    from += count;
    return tensors.map((tensor) => sliceTensor(tensor, start, count));
  });
}

/** Some rows of a tensor; numbers are shared with it, not copied. */
function sliceTensor({ type, dims, data }: RawTensor, start: number, count: number): RawTensor {
  const [rows = 1, ...rest] = dims;
  const elements = data as Float32Array; // or any other list of elements
  const width = elements.length / rows;
  const [first, last] = [start * width, (start + count) * width];
  const part = Array.isArray(data) ? data.slice(first, last) : elements.subarray(first, last);
  return { type, dims: [count, ...rest], data: part };
}
