/** Where something stands in a document's bytes: from `start` up to `end`. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** All that JSON is made of is ASCII: its structure is read from the bytes of UTF-8 as they are. */
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Where the value of an object's last member of a name stands; of equal names the last one counts.
 *
 * @param bytes UTF-8 that `JSON.parse` accepts; of any other the answer means nothing
 * @param start where the object begins, or anything without a brace before it
 */
export function findMember(bytes: Uint8Array, start: number, name: string): Place | undefined {
  let found: Place | undefined;
  let at = bytes.indexOf(OPEN_BRACE, start) + 1;
  while (at > 0 && at < bytes.length) {
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE_BRACE) return found;
    const nameEnd = skipString(bytes, at);
    const valueStart = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    const valueEnd = skipValue(bytes, valueStart);
    if (toText(bytes, at, nameEnd) === name) found = { start: valueStart, end: valueEnd };
    at = skipSpace(bytes, valueEnd);
    if (bytes[at] === COMMA) at += 1;
  }
  return found;
}

/**
 * Where the elements of an array stand, one after the other.
 *
 * @param bytes UTF-8 that `JSON.parse` accepts
 * @param start where the array begins, or the comma before an element
 */
export function* elementPlaces(bytes: Uint8Array, start: number): Generator<Place, void> {
  let at = skipSpace(bytes, start + 1);
  while (at < bytes.length && bytes[at] !== CLOSE_BRACKET) {
    const end = skipValue(bytes, at);
    yield { start: at, end };
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
}

/**
 * Cuts what stands between the brackets of an array into pieces of some elements each. Whatever the bytes are, a
 * comma stands between two pieces: where each piece is what an array may hold, so is all of it.
 *
 * @param array where it stands, with its brackets
 * @param isFull tells when a piece has enough, by its elements and bytes
 */
export function* cutElements(
  bytes: Uint8Array,
  array: Place,
  isFull: (elements: number, size: number) => boolean,
): Generator<Place, void> {
  let start = array.start + 1;
  let elements = 0;
  for (let at = start; at < array.end; at += 1) {
    at = skipSpace(bytes, skipValue(bytes, skipSpace(bytes, at)));
    elements += 1;
    if (at >= array.end || bytes[at] !== COMMA) break;
    if (!isFull(elements, at - start)) continue;
    yield { start, end: at };
    start = at + 1;
    elements = 0;
  }
  yield { start, end: array.end - 1 };
}

/** Where the value ends that begins at a place. Not recursive: it may be nested as deep as the text is long. */
export function skipValue(bytes: Uint8Array, start: number): number {
  let at = start;
  let depth = 0;
  do {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = skipString(bytes, at);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    at = depth === 0 && byte !== CLOSE_BRACE && byte !== CLOSE_BRACKET ? skipScalar(bytes, at) : at + 1;
  } while (depth > 0 && at < bytes.length);
  return at;
}

function skipScalar(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && !endsScalar(bytes[at])) at += 1;
  return at;
}

function endsScalar(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE || byte === 0x3a || isSpace(byte);
}

/** Where the string ends, its quotes included, that begins at a place. */
export function skipString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Where what isn't white space comes. */
export function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isSpace(bytes[at])) at += 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** What a string says, given where it stands with its quotes; undefined for what is none. */
export function toText(bytes: Uint8Array, start: number, end: number): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString());
  } catch {
    return undefined; // no JSON document
  }
}
