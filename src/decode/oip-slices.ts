import { ScorerError } from '../errors.ts';
import { checkBounds } from './json-bounds.ts';
import { type Place, skipSpace, skipString, skipValue, toText } from './json-places.ts';
import { decodeInferRequest, type InferRequest } from './oip.ts';
import { createTensorParts, type TensorParts } from './tensor-parts.ts';
import { decodeUtf8 } from './text.ts';

/** What is parsed at once, in bytes: a millisecond's work. */
const SLICE_BYTES = 64 * 1024;

const [QUOTE, COMMA] = [0x22, 0x2c];
const [OPEN_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x5b, 0x5d];

/** Names the body in errors that nobody gets to see: it is then decoded as a whole, for its own. */
const WHAT = 'The body';

/**
 * Decodes a large inference request in steps, so that others get their turn between two: the `data` of its tensors a
 * slice at a time, then all else with something short in their place. What that doesn't take is decoded as a whole,
 * which may be a valid request, or say what is wrong with it.
 *
 * @param body UTF-8
 * @param sliceBytes what is parsed at once
 * @throws ScorerError as {@link decodeInferRequest} does, and `INVALID_ENCODING`
 */
export function* decodeInferSlices(
  body: Uint8Array,
  sliceBytes = SLICE_BYTES,
): Generator<undefined, InferRequest> {
  const tensors: SlicedTensor[] = [];
  let turn = 0;
  for (const piece of findData(body, sliceBytes)) {
    const tensor = addPiece(tensors, piece);
    if (!isAccepted(() => tensor.parts.add(parsePiece(body, piece)))) {
      return decodeInferRequest(decodeUtf8(body, WHAT));
    }
    if (piece.end - turn < sliceBytes) continue;
    turn = piece.end;
    yield;
  }
  let request: InferRequest | undefined;
  isAccepted(() => {
    request = decodeRest(body, tensors);
    return true;
  });
  return request ?? decodeInferRequest(decodeUtf8(body, WHAT));
}

/** A piece of a tensor's `data`. */
interface DataPiece extends Place {
  /** Where the brackets of the whole begin. */
  readonly array: number;
}

interface SlicedTensor {
  readonly array: number;
  readonly parts: TensorParts;
  /** Where the pieces end that were found up to now: behind the last one stands the bracket. */
  end: number;
}

function addPiece(tensors: SlicedTensor[], { array, end }: DataPiece): SlicedTensor {
  const last = tensors.at(-1);
  const tensor = last?.array === array ? last : { array, parts: createTensorParts(), end };
  if (tensor !== last) tensors.push(tensor);
  tensor.end = end;
  return tensor;
}

/** Decoded with the bracket or comma before it: a byte order mark at the start would be dropped. */
function parsePiece(body: Uint8Array, { start, end }: Place): readonly unknown[] {
  const values = JSON.parse(`[${decodeUtf8(body.subarray(start - 1, end), WHAT).slice(1)}]`) as unknown[];
  if (values.length === 0) throw toUnsliced(); // a comma with nothing behind it, if others came before
  return values;
}

/**
 * Decodes all but the data. Where each tensor has in its place what stands there for it, the body is what this is with
 * the data put in: between two pieces stands a comma, and each is what an array may hold.
 */
function decodeRest(body: Uint8Array, tensors: readonly SlicedTensor[]): InferRequest {
  const stand = crypto.randomUUID();
  const rest: Uint8Array[] = [];
  let from = 0;
  for (const [index, { array, end }] of tensors.entries()) {
    if (body[end] !== CLOSE_BRACKET) throw toUnsliced();
    rest.push(body.subarray(from, array), Buffer.from(`["${stand} ${index}"]`));
    from = end + 1;
  }
  const text = decodeUtf8(Buffer.concat([...rest, body.subarray(from)]), WHAT);
  checkBounds(
    text,
    WHAT,
    tensors.reduce((rows, { parts }) => rows + parts.nestedRows, 0),
  );
  const request = decodeInferRequest(text, ([first], shape, _what, index) => {
    const data = first === `${stand} ${index}` ? tensors[index]?.parts.toData(shape) : undefined;
    if (data === undefined) throw toUnsliced();
    return data;
  });
  if (request.inputs.length !== tensors.length) throw toUnsliced(); // some data counts for nothing
  return request;
}

function toUnsliced(): ScorerError {
  return new ScorerError(`${WHAT} can't be decoded in slices.`, { code: 'INVALID_REQUEST' });
}

function isAccepted(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof ScorerError || error instanceof SyntaxError) return false;
    throw error;
  }
}

/** What stands in a member's value: returns where it ends. */
type Look = (bytes: Uint8Array, start: number, sliceBytes: number) => Generator<DataPiece, number>;

/** Where the data of the tensors stands, in pieces. Of bytes that are no inference request the answer means nothing. */
function* findData(bytes: Uint8Array, sliceBytes: number): Generator<DataPiece, void> {
  const start = bytes.indexOf(OPEN_BRACE);
  if (start !== -1) yield* lookInObject(bytes, start, sliceBytes, 'inputs', lookInTensors);
}

/** Looks into the members of a name that are arrays. */
function* lookInObject(
  bytes: Uint8Array,
  start: number,
  sliceBytes: number,
  name: 'inputs' | 'data',
  look: Look,
): Generator<DataPiece, number> {
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] === QUOTE) {
    const nameEnd = skipString(bytes, at);
    const isNamed = toText(bytes, at, nameEnd) === name;
    const value = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    const isIn = isNamed && bytes[value] === OPEN_BRACKET;
    at = skipSpace(bytes, isIn ? yield* look(bytes, value, sliceBytes) : skipValue(bytes, value));
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return at + 1;
}

function* lookInTensors(bytes: Uint8Array, start: number, sliceBytes: number): Generator<DataPiece, number> {
  let at = skipSpace(bytes, start + 1);
  while (at < bytes.length && bytes[at] !== CLOSE_BRACKET) {
    const isObject = bytes[at] === OPEN_BRACE;
    const end = isObject ? yield* lookInObject(bytes, at, sliceBytes, 'data', cutData) : skipValue(bytes, at);
    at = skipSpace(bytes, end);
    if (bytes[at] !== COMMA) break; // a colon would be met again and again
    at = skipSpace(bytes, at + 1);
  }
  return at + 1;
}

function* cutData(bytes: Uint8Array, array: number, sliceBytes: number): Generator<DataPiece, number> {
  let start = array + 1;
  let at = skipSpace(bytes, start);
  let isFirst = true; // of its piece
  while (at < bytes.length && bytes[at] !== CLOSE_BRACKET) {
    const numbers = isFirst ? numbersEnd(bytes, at, start + sliceBytes) : undefined;
    at = numbers ?? skipSpace(bytes, skipValue(bytes, at));
    if (bytes[at] !== COMMA) break;
    isFirst = at - start >= sliceBytes;
    if (isFirst) {
      yield { array, start, end: at };
      start = at + 1;
    }
    at = skipSpace(bytes, at + 1);
  }
  yield { array, start, end: at };
  return at + 1;
}

/** What may have a comma inside, or ends what stands between commas. */
const NO_SCALAR = [QUOTE, OPEN_BRACE, OPEN_BRACKET, CLOSE_BRACKET];

/** No number has as many digits; those that do are looked at one by one. */
const NUMBER_BYTES = 64;

/**
 * The first comma behind a place, where nothing but scalars without quotes stands up to there: it is found without a
 * look at each of them.
 */
function numbersEnd(bytes: Uint8Array, start: number, behind: number): number | undefined {
  const comma = bytes.subarray(behind, behind + NUMBER_BYTES).indexOf(COMMA);
  if (comma === -1) return undefined;
  const some = bytes.subarray(start, behind + comma);
  return NO_SCALAR.some((byte) => some.includes(byte)) ? undefined : behind + comma;
}
