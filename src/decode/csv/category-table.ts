/** What the texts of a table write, by their places. */
interface Categories {
  /** No two of them equal. */
  readonly texts: readonly string[];
  readonly offsets: readonly number[];
  readonly values: readonly number[];
}

/** Finds a text among some by its bytes, without making a string. */
export class CategoryTable {
  /** What each text writes, and where in a row. */
  readonly offsets: Int32Array;
  readonly values: Float64Array;
  /** By hash: the place of the first text of that hash, plus 1; 0 for none. */
  readonly #heads: Int32Array;
  /** By place: the place of the next text of the same hash, plus 1. */
  readonly #nexts: Int32Array;
  readonly #mask: number;
  /** All texts as UTF-8, one after the other. */
  readonly #bytes: Uint8Array;
  readonly #starts: Int32Array;
  /** True where the cheap hash tells too few of the texts apart. */
  readonly #isWhole: boolean;

  constructor({ texts, offsets, values }: Categories) {
    this.offsets = Int32Array.from(offsets);
    this.values = Float64Array.from(values);
    const encoded = texts.map((text) => Buffer.from(text));
    let size = 16;
    while (size < texts.length * 4) size *= 2;
    this.#mask = size - 1;
    this.#bytes = Buffer.concat(encoded);
    this.#starts = new Int32Array(texts.length + 1);
    encoded.forEach((bytes, place) => {
      this.#starts[place + 1] = (this.#starts[place] as number) + bytes.length;
    });
    const cheap = this.#link(encoded, size, false);
    this.#isWhole = cheap.longest > MAX_CHAIN;
    const { heads, nexts } = this.#isWhole ? this.#link(encoded, size, true) : cheap;
    this.#heads = heads;
    this.#nexts = nexts;
  }

  #link(encoded: readonly Uint8Array[], size: number, isWhole: boolean) {
    const heads = new Int32Array(size);
    const nexts = new Int32Array(encoded.length);
    const lengths = new Int32Array(size);
    let longest = 0;
    encoded.forEach((bytes, place) => {
      const slot = (isWhole ? hashWhole : hashEnds)(bytes, 0, bytes.length) & this.#mask;
      nexts[place] = heads[slot] as number;
      heads[slot] = place + 1;
      lengths[slot] = (lengths[slot] as number) + 1;
      longest = Math.max(longest, lengths[slot] as number);
    });
    return { heads, nexts, longest };
  }

  /** The place of the text that stands in `bytes` from `start` to `end`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const own = this.#bytes;
    const starts = this.#starts;
    const length = end - start;
    const hash = this.#isWhole ? hashWhole(bytes, start, end) : hashEnds(bytes, start, end);
    let place = (this.#heads[hash & this.#mask] as number) - 1;
    while (place >= 0) {
      let at = starts[place] as number;
      if ((starts[place + 1] as number) - at === length) {
        let from = start;
        while (from < end && bytes[from] === own[at]) {
          from += 1;
          at += 1;
        }
        if (from === end) return place;
      }
      place = (this.#nexts[place] as number) - 1;
    }
    return -1;
  }
}

const MAX_CHAIN = 6;

/** Of the length and three bytes: most names of a list differ there. */
function hashEnds(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[end - 1] as number;
  return length ^ (first << 2) ^ (middle << 5) ^ (last << 7) ^ (middle >>> 3);
}

function hashWhole(bytes: Uint8Array, start: number, end: number): number {
  return mix(end - start, bytes, start, end);
}

function mix(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let value = seed;
  for (let at = start; at < end; at += 1) value = (Math.imul(value, 31) + (bytes[at] as number)) | 0;
  return value ^ (value >>> 15);
}
