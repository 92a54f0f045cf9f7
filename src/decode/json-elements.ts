import type { Place } from './json-places.ts';

/**
 * Finds elements by their index, each exactly as it was written, as a part of the document's own bytes, so that a row
 * can be handed on byte for byte.
 *
 * Looks through the places once, as far as it is asked: ask in ascending order.
 *
 * @param toPlaces begins again with the places of the elements
 */
export function createElementFinder(
  document: Uint8Array,
  toPlaces: () => Iterator<Place>,
): (index: number) => Uint8Array {
  let places: Iterator<Place> | undefined;
  let next = 0;
  return (index) => {
    if (places === undefined || index < next) {
      places = toPlaces();
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
