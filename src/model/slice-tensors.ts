import type { RawTensor } from './session.ts';

/** True where every output of a run has one entry a row. */
export function hasRows(tensors: readonly RawTensor[], rows: number): boolean {
  return tensors.every(({ dims }) => dims[0] === rows);
}

/** Some rows of tensors that have one entry a row; numbers are shared with them, not copied. */
export function sliceTensors(tensors: readonly RawTensor[], start: number, count: number): RawTensor[] {
  return tensors.map(({ type, dims, data }) => {
    const [rows = 1, ...rest] = dims;
    const elements = data as Float32Array; // or any other list of elements
    const width = elements.length / rows;
    const [first, last] = [start * width, (start + count) * width];
    const part = Array.isArray(data) ? data.slice(first, last) : elements.subarray(first, last);
    return { type, dims: [count, ...rest], data: part };
  });
}
