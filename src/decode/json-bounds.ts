import { ScorerError } from '../errors.ts';

/** A parser needs memory for every level that is open: many times the text's own size where it is all brackets. */
const MAX_DEPTH = 20_000;

/** Each array and each object takes 16 to 64 bytes, however short its text is. */
const MAX_CONTAINERS = 1_000_000;

/**
 * Refuses a text that would take far more memory as values than it has itself. It need not be JSON.
 *
 * @param what names the text in the error, such as `The body`
 * @param before arrays and objects that the document has before this text, where it is a part of one
 * @returns arrays and objects up to the text's end; of a short text that is no part they are not counted
 * @throws ScorerError `INVALID_JSON` when it is nested more than 20,000 deep; `BODY_TOO_LARGE` when there are
 * more than 1,000,000 arrays and objects
 */
export function checkBounds(text: string, what: string, before?: number): number {
  if (before === undefined && text.length <= MAX_DEPTH) return 0;
  let depth = 0;
  let containers = before ?? 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      at = stringEnd(text, at);
    } else if (char === 0x5b || char === 0x7b) {
      depth += 1;
      containers += 1;
      if (depth > MAX_DEPTH) {
        throw new ScorerError(`${what} is not valid JSON: it is nested more than ${MAX_DEPTH} deep.`, {
          code: 'INVALID_JSON',
        });
      }
    } else if (char === 0x5d || char === 0x7d) {
      depth -= 1;
    }
  }
  if (containers > MAX_CONTAINERS) {
    throw new ScorerError(
      `${what} has ${containers} arrays and objects: expected at most ${MAX_CONTAINERS}; send fewer rows.`,
      { code: 'BODY_TOO_LARGE' },
    );
  }
  return containers;
}

/** Where the string ends that begins at a quote; the text's end when it does not. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
  return backslashes % 2 === 1;
}
