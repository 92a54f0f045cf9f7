import { PbfReader, PbfWriter } from 'pbf';

/** A field of a protobuf message as it stands in the bytes. */
export interface RawField {
  readonly tag: number;
  /** The whole field, tag included. */
  readonly raw: Uint8Array;
  /** The content of a length-delimited field (text, bytes, a message); empty for others. */
  readonly content: Uint8Array;
}

/**
 * The value of one field, read as what it should be. A field that comes in another wire type is refused:
 * the runtime would skip it and go on elsewhere in the bytes than we do, and see another model.
 */
export interface FieldValue {
  bytes(): Uint8Array;
  text(): string;
  integer(): number;
  /** One integer, or a packed list of them. */
  integers(): readonly number[];
}

const VARINT = 0;
const BYTES = 2;
const EMPTY = new Uint8Array(0);

/**
 * Calls `visit` with each field's number and value; a value that is not read is skipped
 * (https://protobuf.dev/programming-guides/encoding/).
 *
 * @throws Error for bytes that are no message, and for a value that is read as what it is not
 */
export function visitFields(message: Uint8Array, visit: (tag: number, value: FieldValue) => void): void {
  const reader = new PbfReader(message);
  const value = toValue(reader);
  reader.readFields((tag) => visit(tag, value), undefined);
  if (reader.pos !== message.length) throw new Error('the bytes end in the middle of a protobuf message');
}

/** The value of the field that the reader stands before. */
function toValue(reader: PbfReader): FieldValue {
  const expect = (type: number): PbfReader => {
    if (reader.type === type) return reader;
    throw new Error(`a protobuf field has the wire type ${reader.type}, not ${type}`);
  };
  return {
    bytes: () => expect(BYTES).readBytes(),
    text: () => toText(expect(BYTES).readBytes()),
    integer: () => expect(VARINT).readVarint(true),
    integers: () =>
      reader.type === BYTES ? reader.readPackedVarint([], true) : [expect(VARINT).readVarint(true)],
  };
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
function toText(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
}
