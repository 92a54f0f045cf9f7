import { PbfReader, PbfWriter } from 'pbf';

/** A field of a protobuf message as it stands in the bytes. */
export interface RawField {
  readonly tag: number;
  /** The whole field, tag included. */
  readonly raw: Uint8Array;
  /** The content of a length-delimited field (text, bytes, a message); empty for others. */
  readonly content: Uint8Array;
}

const BYTES = 2;
const EMPTY = new Uint8Array(0);

/**
 * Calls `visit` with each field's number and the reader before its value; a value that is not read is
 * skipped (https://protobuf.dev/programming-guides/encoding/).
 *
 * @throws Error for bytes that are no message
 */
export function visitFields(message: Uint8Array, visit: (tag: number, reader: PbfReader) => void): void {
  const reader = new PbfReader(message);
  reader.readFields((tag, _, at) => visit(tag, at), undefined);
  if (reader.pos !== message.length) throw new Error('the bytes end in the middle of a protobuf message');
}

/** The fields of a message, in order; their bytes are shared, not copied. @throws Error as {@link visitFields} */
export function listFields(message: Uint8Array): RawField[] {
  const fields: { tag: number; start: number; content: Uint8Array }[] = [];
  const reader = new PbfReader(message);
  for (let start = 0; start < message.length; start = reader.pos) {
    const tag = reader.nextField();
    const content = reader.type === BYTES ? reader.readBytes() : EMPTY;
    if (reader.type !== BYTES) reader.skip(reader.type);
    if (reader.pos > message.length || tag === 0) throw new Error('the bytes are no protobuf message');
    fields.push({ tag, start, content });
  }
  return fields.map(({ tag, start, content }, index) => ({
    tag,
    content,
    raw: message.subarray(start, fields[index + 1]?.start ?? message.length),
  }));
}

/** A length-delimited field: its number and the length, then the parts. */
export function encodeField(tag: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const writer = new PbfWriter();
  writer.writeTag(tag, BYTES);
  writer.writeVarint(length);
  return [writer.finish(), ...parts];
}

/** The text in a length-delimited field. */
export function toText(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
}
