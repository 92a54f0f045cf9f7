// ONNX files by hand: small graphs, and what no exporter writes.
import { encodeField } from '../src/model/onnx/fields.ts';

/** Encoded fields; parts of a message. */
export type Fields = readonly Uint8Array[];

/** A message in a field. */
export function message(tag: number, ...parts: readonly Fields[]): Fields {
  return encodeField(tag, parts.flat());
}

/** Text in a field. */
export function text(tag: number, value: string): Fields {
  return encodeField(tag, [Buffer.from(value)]);
}

/** An integer in a field. */
export function integer(tag: number, value: number): Fields {
  return [Buffer.of(...varint(tag * 8), ...varint(value))];
}

/** The bytes of a number as protobuf writes them. */
export function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** A NodeProto of a graph. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...attributes: readonly Fields[]
): Fields {
  const [ins, outs] = [inputs.map((name) => text(1, name)), outputs.map((name) => text(2, name))];
  return message(1, ...ins, ...outs, text(4, op), ...attributes.map((attribute) => message(5, attribute)));
}

/** A ValueInfoProto: an element type of TensorProto.DataType, and dimensions, of which texts are symbolic. */
export function valueInfo(
  tag: number,
  name: string,
  type: number,
  dims: readonly (number | string)[],
): Fields {
  const shape = dims.map((dim) => message(1, typeof dim === 'string' ? text(2, dim) : integer(1, dim)));
  return message(tag, text(1, name), message(2, message(1, integer(1, type), message(2, ...shape))));
}

/** A TensorProto of one float32 in a field of a graph or an attribute. */
export function float(tag: number, name: string, value: number): Fields {
  const raw = encodeField(9, [Buffer.from(Float32Array.of(value).buffer)]);
  return message(tag, integer(1, 1), integer(2, 1), text(8, name), raw);
}

/** A TensorProto of one float32 that lies in another file. */
export function external(tag: number, name: string, entries: Readonly<Record<string, string>>): Fields {
  const data = Object.entries(entries).map(([key, value]) => message(13, text(1, key), text(2, value)));
  return message(tag, integer(1, 1), integer(2, 1), text(8, name), ...data, integer(14, 1));
}

/** `y = x + w` for a matrix of one column, with what else a graph should hold: an initializer `w`, mostly. */
export function additionGraph(...rest: readonly Fields[]): Fields {
  const ends = [valueInfo(11, 'x', 1, ['N', 1]), valueInfo(12, 'y', 1, ['N', 1])];
  return message(7, node('Add', ['x', 'w'], ['y']), text(2, 'g'), ...rest, ...ends);
}

/** A ModelProto's head: the version of the format, and of the standard operators. */
export const HEAD: Fields = [...integer(1, 8), ...message(8, integer(2, 13))];

/** The bytes of a model. */
export function modelOf(...parts: readonly Fields[]): Buffer {
  return Buffer.concat(parts.flat());
}
