import type { FrameData, InputType } from './frame.ts';

/** Frames up to here share buffers: one of its own costs more than a row of features. */
const SHARED_BYTES = 2048;
const SLAB_BYTES = 64 * 1024;
let slab = new ArrayBuffer(0);
let used = 0;

/** Zeroed memory for so many elements, that nothing else uses; aligned for every type. */
export function allocate(type: InputType, length: number): FrameData {
  if (type === 'string') return new Array<string>(length).fill('');
  const bytes = length * ELEMENT_BYTES[type];
  if (bytes > SHARED_BYTES) return view(type, new ArrayBuffer(bytes), 0, length);
  if (used + bytes > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_BYTES);
    used = 0;
  }
  const start = used;
  used += Math.ceil(bytes / 8) * 8;
  return view(type, slab, start, length);
}

const ELEMENT_BYTES = { float32: 4, float64: 8, int64: 8, int32: 4, bool: 1 } as const;

function view(
  type: keyof typeof ELEMENT_BYTES,
  buffer: ArrayBuffer,
  start: number,
  length: number,
): FrameData {
  switch (type) {
    case 'float32':
      return new Float32Array(buffer, start, length);
    case 'float64':
      return new Float64Array(buffer, start, length);
    case 'int64':
      return new BigInt64Array(buffer, start, length);
    case 'int32':
      return new Int32Array(buffer, start, length);
    case 'bool':
      return new Uint8Array(buffer, start, length);
  }
}
