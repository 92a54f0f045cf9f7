import type { FeatureSlot, Frame, FrameData, FrameInput } from './frame.ts';
import { allocate } from './frame-memory.ts';

const TWO_32 = 2 ** 32;

/**
 * Fills frames with values, row by row. A row that fails is cleared and its place is used again, so
 * that every row begins as zeros and empty texts.
 */
export class FrameWriter {
  readonly #inputs: readonly FrameInput[];
  readonly #data: readonly FrameData[];
  /** What is written to: 64-bit integers as pairs of words, so that no BigInt is made. */
  readonly #cells: readonly Exclude<FrameData, BigInt64Array>[];

  constructor(inputs: readonly FrameInput[], rows: number) {
    this.#inputs = inputs;
    this.#data = inputs.map(({ type, width }) => allocate(type, rows * width));
    this.#cells = this.#data.map((data) =>
      data instanceof BigInt64Array ? new Int32Array(data.buffer, data.byteOffset, 2 * data.length) : data,
    );
  }

  /** The one matrix of a model that takes float32 and nothing else: what is written there is written. */
  get floats(): Float32Array | undefined {
    const [only] = this.#data;
    return this.#data.length === 1 && only instanceof Float32Array ? only : undefined;
  }

  /** Elements a row of the first input. */
  get width(): number {
    return this.#inputs[0]?.width ?? 0;
  }

  /** @param value within the slot's type (see `fitOf`); for booleans 0 or 1 */
  setNumber(slot: FeatureSlot, row: number, value: number): void {
    const cells = this.#cells[slot.input] as Float32Array; // a slot of numbers; every typed array is written alike
    const at = row * slot.width + slot.offset;
    if (slot.type === 'int64') {
      cells[2 * at] = value; // the low word: typed arrays of integers take the value modulo 2^32
      cells[2 * at + 1] = Math.floor(value / TWO_32);
    } else {
      cells[at] = value;
    }
  }

  setText(slot: FeatureSlot, row: number, text: string): void {
    const cells = this.#cells[slot.input] as string[]; // a slot of text
    cells[row * slot.width + slot.offset] = text;
  }

  /** Makes a row zeros and empty texts again. */
  clearRow(row: number): void {
    this.#fill(row, row + 1);
  }

  #fill(fromRow: number, toRow: number): void {
    this.#data.forEach((data, index) => {
      const width = this.#inputs[index]?.width ?? 0;
      const [start, end] = [fromRow * width, toRow * width];
      if (Array.isArray(data)) data.fill('', start, end);
      else if (data instanceof BigInt64Array) data.fill(0n, start, end);
      else data.fill(0, start, end);
    });
  }

  /** Makes the first `rows` rows zeros and empty texts again. */
  clear(rows: number): void {
    this.#fill(0, rows);
  }

  /** The first `rows` rows. */
  frame(rows: number): Frame {
    const data = this.#data.map((elements, index) => {
      const length = rows * (this.#inputs[index]?.width ?? 0);
      if (Array.isArray(elements)) return length === elements.length ? elements : elements.slice(0, length);
      return elements.subarray(0, length);
    });
    return { rows, data };
  }
}
