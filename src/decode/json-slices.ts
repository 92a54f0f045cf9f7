import { ScorerError } from '../errors.ts';
import { decodeInstances } from './json.ts';
import { checkBounds } from './json-bounds.ts';
import { createElementFinder } from './json-elements.ts';
import { cutElements, elementPlaces, findMember, type Place } from './json-places.ts';
import { decodeUtf8 } from './text.ts';

/** Some consecutive instances of a document. */
export interface JsonSlice {
  readonly values: readonly unknown[];
  /** An instance as it was written, a part of the document's own bytes. Ask in ascending order. */
  element(index: number): Uint8Array;
}

/** How much is decoded at once. */
export interface JsonSliceBounds {
  readonly maxRows: number;
  /** No further instance is taken once those of a slice have so many bytes. */
  readonly maxBytes: number;
}

/** Names the document in errors that nobody gets to see: it is then decoded as a whole, for its own. */
const WHAT = 'The document';

/**
 * Decodes a large `{"instances":[…]}` some instances at a time: the values of all of them together take many times
 * the memory of their text. The whole document is looked at before the first is given, so that each is parsed twice.
 *
 * @param document UTF-8
 * @returns undefined for any other document, and for one that is not valid
 */
export function sliceInstances(
  document: Uint8Array,
  bounds: JsonSliceBounds,
): Iterable<JsonSlice> | undefined {
  const array = findMember(document, 0, 'instances');
  if (array === undefined || !isBracketed(document, array)) return undefined;
  const places = [...cutElements(document, array, toFull(bounds))];
  const isWhole = readParameters(document, array) !== undefined && areValid(document, places);
  return isWhole ? toSlices(document, places) : undefined;
}

/** A large `{"instances":[…]}` of which each slice is parsed when it is asked for. */
export interface OpenedInstances {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Undefined, once, where it is not valid from there on: decoded as a whole, it says why. */
  readonly slices: Iterable<readonly unknown[] | undefined>;
}

/**
 * Opens a large `{"instances":[…]}` to decode it some instances at a time, so that others get their turn between two
 * slices. Unlike {@link sliceInstances} it gives slices before it has looked at those behind them.
 *
 * @param document UTF-8
 * @returns undefined for any other document
 */
export function openInstances(document: Uint8Array, bounds: JsonSliceBounds): OpenedInstances | undefined {
  const array = findMember(document, 0, 'instances');
  if (array === undefined || !isBracketed(document, array)) return undefined;
  const parameters = readParameters(document, array);
  if (parameters === undefined) return undefined;
  return { parameters, slices: parseSlices(document, cutElements(document, array, toFull(bounds))) };
}

function* parseSlices(
  document: Uint8Array,
  places: Iterable<Place>,
): Generator<readonly unknown[] | undefined, void> {
  let containers = 0;
  for (const place of places) {
    let values: readonly unknown[] = [];
    const isValid = isAccepted(() => {
      const text = toText(document, place);
      containers = checkBounds(text, WHAT, containers);
      values = JSON.parse(text) as unknown[];
      return values.length > 0;
    });
    if (!isValid) {
      yield undefined;
      return;
    }
    yield values;
  }
}

function toFull(bounds: JsonSliceBounds): (rows: number, bytes: number) => boolean {
  return (rows, bytes) => rows >= bounds.maxRows || bytes >= bounds.maxBytes;
}

/** What is looked at in pieces below stands between these. */
function isBracketed(document: Uint8Array, { start, end }: Place): boolean {
  return document[start] === 0x5b && document[end - 1] === 0x5d;
}

/**
 * Looks at all but the instances: with a single one in their place, the document must have just that.
 *
 * @returns its parameters; undefined for a document of another shape
 */
function readParameters(
  document: Uint8Array,
  { start, end }: Place,
): Readonly<Record<string, unknown>> | undefined {
  const stand = crypto.randomUUID();
  const rest = [document.subarray(0, start), Buffer.from(`["${stand}"]`), document.subarray(end)];
  let found: Readonly<Record<string, unknown>> | undefined;
  isAccepted(() => {
    const { values, single, parameters } = decodeInstances(decodeUtf8(Buffer.concat(rest), WHAT), WHAT);
    if (!single && values[0] === stand) found = parameters;
    return true;
  });
  return found;
}

function areValid(document: Uint8Array, places: readonly Place[]): boolean {
  let containers = 0;
  return places.every((place) =>
    isAccepted(() => {
      const text = toText(document, place);
      containers = checkBounds(text, WHAT, containers);
      return (JSON.parse(text) as unknown[]).length > 0;
    }),
  );
}

function isAccepted(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof ScorerError || error instanceof SyntaxError) return false;
    throw error;
  }
}

function* toSlices(document: Uint8Array, places: readonly Place[]): Generator<JsonSlice, void> {
  for (const place of places) {
    yield {
      values: JSON.parse(toText(document, place)) as unknown[],
      // a slice stands between two brackets or commas
      element: createElementFinder(document, () => elementPlaces(document, place.start - 1)),
    };
  }
}

/** Decoded with the bracket or comma before it: a byte order mark at the start would be dropped. */
function toText(document: Uint8Array, { start, end }: Place): string {
  return `[${decodeUtf8(document.subarray(start - 1, end), WHAT).slice(1)}]`;
}
