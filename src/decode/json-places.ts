/** Where something stands in a text: from `start` up to `end`. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the value of an object's last member of a name stands; of equal names the last one counts.
 *
 * @param text a document that `JSON.parse` accepts
 * @param start where the object begins, or space before it
 */
export function findMember(text: string, start: number, name: string): Place | undefined {
  let found: Place | undefined;
  let at = skipSpace(text, start) + 1;
  for (;;) {
    at = skipSpace(text, at);
    if (text[at] === '}') return found;
    const nameEnd = skipString(text, at);
    const member: unknown = JSON.parse(text.slice(at, nameEnd));
    const valueStart = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const valueEnd = skipValue(text, valueStart);
    if (member === name) found = { start: valueStart, end: valueEnd };
    at = skipSpace(text, valueEnd);
    if (text[at] === ',') at += 1;
  }
}

/**
 * Where the elements of an array stand, one after the other.
 *
 * @param text a document that `JSON.parse` accepts
 * @param start where the array begins
 */
export function* elementPlaces(text: string, start: number): Generator<Place, void> {
  let at = skipSpace(text, start + 1);
  while (text[at] !== ']') {
    const end = skipValue(text, at);
    yield { start: at, end };
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

/** Not recursive: a value may be nested as deep as the text is long. */
function skipValue(text: string, start: number): number {
  let at = start;
  let depth = 0;
  do {
    const char = text[at];
    if (char === '"') {
      at = skipString(text, at);
      continue;
    }
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    at = depth === 0 && char !== '}' && char !== ']' ? skipScalar(text, at) : at + 1;
  } while (depth > 0);
  return at;
}

function skipScalar(text: string, start: number): number {
  let at = start;
  while (at < text.length && !',]}: \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}

function skipString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}
