/** Element types of the tensors that a model may take. */
export type InputType = 'float32' | 'float64' | 'int64' | 'int32' | 'bool' | 'string';

/** One input of the model, as rows fill it. */
export interface FrameInput {
  /** The graph's name of it. */
  readonly name: string;
  readonly type: InputType;
  /** Features in it: elements a row. */
  readonly width: number;
}

/** The elements of one input: a typed array, or text. Booleans are bytes, 0 or 1. */
export type FrameData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | string[];

/** Rows ready to run: for each input of the model its elements, row-major, `rows` × the input's width. */
export interface Frame {
  readonly rows: number;
  /** One entry an input, in the order of the inputs. */
  readonly data: readonly FrameData[];
}

/** The place of one feature in a frame. */
export interface FeatureSlot {
  /** The input it belongs to, by its place among the inputs. */
  readonly input: number;
  /** Its place in a row of that input. */
  readonly offset: number;
  readonly width: number;
  readonly type: InputType;
}

/** Some consecutive rows of a frame; numbers are shared with it, not copied. */
export function sliceFrame(frame: Frame, inputs: readonly FrameInput[], start: number, end: number): Frame {
  if (start === 0 && end >= frame.rows) return frame;
  const data = frame.data.map((elements, index) => {
    const width = inputs[index]?.width ?? 0;
    return Array.isArray(elements)
      ? elements.slice(start * width, end * width)
      : elements.subarray(start * width, end * width);
  });
  return { rows: Math.min(end, frame.rows) - start, data };
}

/** The rows of some frames of one kind, one after the other; with `isEven` the last once more where they are odd. */
export function joinFrames(frames: readonly [Frame, ...Frame[]], isEven: boolean): Frame {
  const [first] = frames;
  const given = frames.reduce((sum, frame) => sum + frame.rows, 0);
  const rows = isEven ? given + (given % 2) : given;
  const data = first.data.map((elements, index): FrameData => {
    const parts = frames.map((frame) => frame.data[index] as FrameData); // of one kind
    const width = elements.length / first.rows;
    if (Array.isArray(elements)) {
      const texts = (parts as string[][]).flat();
      return rows === given ? texts : texts.concat(texts.slice(-width));
    }
    const joined = new (elements.constructor as Float32ArrayConstructor)(width * rows);
    let at = 0;
    for (const part of parts as Float32Array[]) {
      joined.set(part, at);
      at += part.length;
    }
    if (rows !== given) joined.copyWithin(at, at - width, at);
    return joined;
  });
  return { rows, data };
}

/** The same rows in memory of their own. */
export function copyFrame({ rows, data }: Frame): Frame {
  return { rows, data: data.map((elements) => elements.slice() as typeof elements) }; // of equal kind
}
