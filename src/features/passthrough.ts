import { type FieldProblem, show } from '../errors.ts';

/** Deeper values could not be written as JSON again: that recurses. */
const MAX_DEPTH = 100;

/** A problem for each of the keys that hold what can't be handed on; as untrusted as all JSON. */
export function checkPassthrough(
  names: readonly string[],
  read: (name: string) => unknown,
): readonly FieldProblem[] {
  return names.flatMap((name) => {
    const value = read(name);
    if (!isDeeper(value, MAX_DEPTH)) return [];
    const expected = `a value to hand on, nested at most ${MAX_DEPTH} deep`;
    return [{ code: 'INVALID_VALUE' as const, column: name, expected, got: show(value) }];
  });
}

function isDeeper(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((each) => isDeeper(each, left - 1));
}

/**
 * What an instance hands on: the keys of it that the manifest names, as a JSON object's text.
 *
 * @returns undefined when it has none of them
 */
export function pickPassthrough(
  names: readonly string[],
  read: (name: string) => unknown,
): string | undefined {
  const members = names.flatMap((name) => {
    const value = read(name);
    return value === undefined ? [] : [`${JSON.stringify(name)}:${JSON.stringify(value)}`];
  });
  return members.length === 0 ? undefined : `{${members.join(',')}}`;
}
