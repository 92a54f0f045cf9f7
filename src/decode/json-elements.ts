import { elementPlaces, findMember, type Place } from './json-places.ts';

/**
 * Finds the elements of the last member named `instances` in a JSON object: each exactly as it was
 * written, as a part of the document's own bytes, so that a row can be handed on byte for byte.
 *
 * Looks through the document once, as far as it is asked: ask in ascending order.
 *
 * @param document UTF-8 that `JSON.parse` accepts and in which `instances` is an array
 */
export function createElementFinder(document: Uint8Array): (index: number) => Uint8Array {
  let places: Iterator<Place> | undefined;
  let next = 0;
  return (index) => {
    if (places === undefined || index < next) {
      places = findElements(document);
      next = 0;
    }
    for (;;) {
      const { done, value } = places.next();
      if (done === true) return document.subarray(0, 0);
      next += 1;
      if (next > index) return document.subarray(value.start, value.end);
    }
  };
}

/** All that JSON is made of is ASCII: read as one char a byte, places are those of bytes. */
function findElements(document: Uint8Array): Iterator<Place> {
  const text = Buffer.from(document.buffer, document.byteOffset, document.byteLength).toString('latin1');
  const instances = findMember(text, text.indexOf('{'), 'instances');
  return instances === undefined ? [][Symbol.iterator]() : elementPlaces(text, instances.start);
}
