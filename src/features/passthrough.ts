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
