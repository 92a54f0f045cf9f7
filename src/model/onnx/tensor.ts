import { visitFields } from './fields.ts';

/** Numbers of the fields of a TensorProto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export const TENSOR = {
  dims: 1,
  dataType: 2,
  int32Data: 5,
  stringData: 6,
  int64Data: 7,
  name: 8,
  rawData: 9,
  externalData: 13,
  dataLocation: 14,
} as const;

const INT32 = 6;
const INT64 = 7;
const STRING = 8;

/** Where a tensor's values lie outside the model's file. */
export interface ExternalData {
  /** A path, as the file has it: not to be trusted. */
  readonly location: string;
  readonly offset: number;
  /** Bytes; undefined for all that follow. */
  readonly length: number | undefined;
}

/** A tensor that a graph holds. */
export interface OnnxTensor {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly external: ExternalData | undefined;
}

/** Reads a TensorProto without its values. @throws Error for bytes that are none */
export function readTensor(bytes: Uint8Array): OnnxTensor {
  let name = '';
  let isExternal = false;
  const entries = new Map<string, string>();
  visitFields(bytes, (tag, field) => {
    if (tag === TENSOR.name) name = field.text();
    else if (tag === TENSOR.dataLocation) isExternal = field.integer() !== 0;
    else if (tag === TENSOR.externalData) {
      const [key, value] = readEntry(field.bytes());
      entries.set(key, value);
    }
  });
  if (!isExternal && entries.size === 0) return { name, bytes, external: undefined };
  const length = entries.get('length');
  return {
    name,
    bytes,
    external: {
      location: entries.get('location') ?? '',
      offset: Number(entries.get('offset') ?? 0),
      length: length === undefined ? undefined : Number(length),
    },
  };
}

function readEntry(bytes: Uint8Array): readonly [key: string, value: string] {
  let [key, value] = ['', ''];
  visitFields(bytes, (tag, field) => {
    if (tag === 1) key = field.text();
    else if (tag === 2) value = field.text();
  });
  return [key, value];
}

/** The values of a short list of integers or texts, as class lists are; undefined for other types. */
export function readList(tensor: OnnxTensor): readonly (number | string)[] | undefined {
  let type = 0;
  let raw: Uint8Array | undefined;
  const values: (number | string)[] = [];
  visitFields(tensor.bytes, (tag, field) => {
    if (tag === TENSOR.dataType) type = field.integer();
    else if (tag === TENSOR.rawData) raw = field.bytes();
    else if (tag === TENSOR.stringData) values.push(field.text());
    else if (tag === TENSOR.int32Data || tag === TENSOR.int64Data) {
      for (const value of field.integers()) values.push(value);
    }
  });
  if (type !== INT32 && type !== INT64 && type !== STRING) return undefined;
  if (raw === undefined) return values;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const step = type === INT64 ? 8 : 4;
  return Array.from({ length: Math.floor(raw.length / step) }, (_, index) =>
    type === INT64 ? Number(view.getBigInt64(index * 8, true)) : view.getInt32(index * 4, true),
  );
}
