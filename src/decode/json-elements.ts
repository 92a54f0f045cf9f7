import { elementPlaces, findMember } from './json-places.ts';

/**
 * The texts of the elements of the last member named `instances` in a JSON object: each exactly as
 * it was written, so that a row can be handed on byte for byte.
 *
 * @param text a document that `JSON.parse` accepts and in which `instances` is an array
 */
export function sliceInstances(text: string): string[] {
  const instances = findMember(text, 0, 'instances');
  if (instances === undefined) return [];
  const elements: string[] = [];
  for (const { start, end } of elementPlaces(text, instances.start)) elements.push(text.slice(start, end));
  return elements;
}
