import { isMarkedAsUntransferable } from 'node:worker_threads';

/** Elements of a tensor, as frames and outputs have them. */
type Elements = ArrayBufferView | readonly string[];

/**
 * Makes tensors ready for another thread: each typed array stands alone in its buffer, and the buffers
 * are to be transferred. A typed array that is all of its buffer goes as it is, and **this thread can't
 * use it afterwards**; a part of a larger buffer is copied first. Text is left for the clone.
 */
export function toTransferable<T extends Elements>(
  tensors: readonly T[],
): { readonly elements: readonly T[]; readonly buffers: readonly ArrayBuffer[] } {
  const buffers = new Set<ArrayBuffer>();
  const elements = tensors.map((tensor) => {
    if (!ArrayBuffer.isView(tensor)) return tensor;
    const own = isAlone(tensor) && !buffers.has(tensor.buffer) ? tensor : copyOf(tensor);
    buffers.add(own.buffer as ArrayBuffer); // alone in it, or just made
    return own;
  });
  return { elements, buffers: [...buffers] };
}

function isAlone(view: ArrayBufferView): view is ArrayBufferView<ArrayBuffer> {
  const { buffer, byteLength } = view;
  return (
    buffer instanceof ArrayBuffer && byteLength === buffer.byteLength && !isMarkedAsUntransferable(buffer)
  );
}

function copyOf<T extends ArrayBufferView>(view: T): T {
  const typed = view as unknown as Float32Array; // any typed array: they are copied alike
  return new (typed.constructor as Float32ArrayConstructor)(typed) as unknown as T;
}
