import { closestMatch } from 'leven';

/**
 * The candidate that a person most likely meant: equal but for case and spaces, or few edits away:
 * two (two letters swapped), or a third of a longer word's length. Undefined when nothing is near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const list = [...candidates];
  const folded = word.trim().toLowerCase();
  const same = list.find((candidate) => candidate.trim().toLowerCase() === folded);
  if (same !== undefined) return same;
  return closestMatch(word, list, {
    maxDistance: Math.max(word.length > 3 ? 2 : 1, Math.floor(word.length / 3)),
  });
}
