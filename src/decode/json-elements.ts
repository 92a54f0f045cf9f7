/**
 * The texts of the elements of the last member named `instances` in a JSON object: each exactly as
 * it was written, so that a row can be handed on byte for byte.
 *
 * @param text a document that `JSON.parse` accepts and in which `instances` is an array
 */
export function sliceInstances(text: string): string[] {
  let elements: string[] = [];
  let at = skipSpace(text, 0) + 1;
  for (;;) {
    at = skipSpace(text, at);
    if (text[at] === '}') return elements;
    const nameEnd = skipString(text, at);
    const name: unknown = JSON.parse(text.slice(at, nameEnd));
    const valueStart = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const valueEnd = skipValue(text, valueStart);
    if (name === 'instances') elements = sliceArray(text, valueStart);
    at = skipSpace(text, valueEnd);
    if (text[at] === ',') at += 1;
  }
}

function sliceArray(text: string, arrayStart: number): string[] {
  const elements: string[] = [];
  let at = skipSpace(text, arrayStart + 1);
  while (text[at] !== ']') {
    const end = skipValue(text, at);
    elements.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return elements;
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
