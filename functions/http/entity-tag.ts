/**
 * True for an `If-None-Match` that has a tag, by the weak comparison: RFC 9110 §13.1.2.
 *
 * @param ifNoneMatch the request's header of that name
 * @param tag with its quotes
 */
export function hasTag(ifNoneMatch: string | undefined, tag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags?.some((each) => each === tag || each === '*') ?? false;
}
