import type { Frame, FrameData, FrameInput } from './frame.ts';
import { allocate } from './frame-memory.ts';

/** The frame with its last row once more. */
export function repeatLastRow(frame: Frame, inputs: readonly FrameInput[]): Frame {
  const data = frame.data.map((elements, index): FrameData => {
    const width = elements.length / frame.rows;
    if (Array.isArray(elements)) return elements.concat(elements.slice(-width));
    const { length } = elements;
    const padded = allocate(inputs[index]?.type ?? 'float32', length + width) as Float32Array; // of the same type
    padded.set(elements as Float32Array);
    padded.copyWithin(length, length - width, length);
    return padded;
  });
  return { rows: frame.rows + 1, data };
}
