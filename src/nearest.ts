import { closestMatch } from 'leven';

/**
 * The candidate that a person most likely meant: equal but for case and spaces, or within a third
 * of the word's length in edits. Undefined when nothing is near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const list = [...candidates];
  const folded = word.trim().toLowerCase();
  const same = list.find((candidate) => candidate.trim().toLowerCase() === folded);
  if (same !== undefined) return same;
  return closestMatch(word, list, { maxDistance: Math.max(1, Math.floor(word.length / 3)) });
}
