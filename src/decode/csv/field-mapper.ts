import { FIELD_MAPPER_CODE } from './field-mapper-code.ts';

/** What is used of it: the types of Node leave it out. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: { readonly map: MapFields } };
};

/** Places that a map may hold: it stays in the processor's cache. */
const PLACES = 64 * 1024;
const PAGE_BYTES = 64 * 1024;
/** So many bytes at once are looked at, from any place on. */
const BLOCK_BYTES = 16;

/** Memory for a document's bytes, and a map of where their fields end, which is made 16 bytes at once. */
export class FieldMapper {
  /** For the document. */
  readonly bytes: Buffer;
  /** Of each record mapped, in order: the place before its first byte, then those of its separators, line end last. */
  readonly places: Int32Array;
  readonly #map: MapFields;

  /** @param size bytes for the document */
  constructor(size: number) {
    const placesAt = Math.ceil((size + BLOCK_BYTES) / PAGE_BYTES) * PAGE_BYTES;
    const pages = (placesAt + PLACES * Int32Array.BYTES_PER_ELEMENT) / PAGE_BYTES;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.bytes = Buffer.from(memory.buffer, 0, size);
    this.places = new Int32Array(memory.buffer, placesAt, PLACES);
    compiled ??= new WebAssembly.Module(Buffer.from(FIELD_MAPPER_CODE, 'base64'));
    this.#map = new WebAssembly.Instance(compiled, { env: { memory } }).exports.map;
  }

  /** Records of so many columns that one map holds. */
  static capacity(columns: number): number {
    return Math.floor(PLACES / (columns + 1));
  }

  /**
   * Maps records until one holds a quote or another number of fields: `columns` + 1 places each.
   *
   * @param from where a record begins
   * @param stop no record that begins here or later is mapped; a line end stands at `stop` - 1 or later
   * @param maxRows at most {@link capacity}
   * @returns records mapped
   */
  map(from: number, stop: number, maxRows: number, columns: number, delimiter: number): number {
    return this.#map(from, stop, this.places.byteOffset, maxRows, columns, delimiter);
  }
}

type MapFields = (
  at: number,
  stop: number,
  out: number,
  maxRows: number,
  columns: number,
  delimiter: number,
) => number;

let compiled: object | undefined;
