import { ScorerError, show } from '../../src/errors.ts';

/** The kinds of body that can be scored. */
export type BodyKind = 'form' | 'json' | 'ndjson' | 'csv';

const KINDS: readonly (readonly [RegExp, BodyKind])[] = [
  [/^application\/x-www-form-urlencoded$/, 'form'],
  [/^(?:application|text)\/(?:[\w.-]+\+)?json$/, 'json'],
  [/^application\/(?:x-)?(?:ndjson|jsonl(?:ines)?)$/, 'ndjson'],
  [/^text\/csv$/, 'csv'],
];

const ACCEPTED =
  'expected application/json, application/x-ndjson, text/csv or application/x-www-form-urlencoded, in UTF-8';

/**
 * Tells what a body is, from its Content-Type; without one, from how it begins (RFC 9110 §8.3 lets a
 * recipient look). A type that the body plainly contradicts is refused: guessing would hide the mistake.
 *
 * @throws ScorerError `UNSUPPORTED_MEDIA_TYPE`, `CONTENT_TYPE_MISMATCH`
 */
export function toBodyKind(contentType: string | undefined, body: Uint8Array): BodyKind {
  if (contentType === undefined) {
    if (looksJson(body)) return 'json';
    if (looksForm(body)) return 'form';
    throw unsupported(`The request has no Content-Type: ${ACCEPTED}.`);
  }
  const { mediaType, kind } = readContentType(contentType);
  if (kind === undefined) throw unsupported(`The Content-Type is ${show(contentType)}: ${ACCEPTED}.`);
  if (kind === 'json' && looksForm(body)) {
    throw mismatch(
      `The body is a form, but Content-Type says ${mediaType}: send application/x-www-form-urlencoded, or JSON.`,
    );
  }
  if (kind === 'form' && looksJson(body)) {
    throw mismatch(
      `The body is JSON, but Content-Type says ${mediaType}: send application/json (curl: -H 'Content-Type: application/json').`,
    );
  }
  return kind;
}

interface ReadContentType {
  readonly mediaType: string;
  /** Undefined for what can't be scored. */
  readonly kind: BodyKind | undefined;
}

/** Clients send a few headers again and again. */
const known = new Map<string, ReadContentType>();
const MAX_KNOWN = 100;

function readContentType(contentType: string): ReadContentType {
  const found = known.get(contentType);
  if (found !== undefined) return found;
  const [mediaType = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((part) => part.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  const isUtf8 = charset === undefined || /^(?:utf-?8|us-ascii)$/.test(charset);
  const kind = isUtf8 ? KINDS.find(([pattern]) => pattern.test(mediaType))?.[1] : undefined;
  const read = { mediaType, kind };
  if (known.size < MAX_KNOWN) known.set(contentType, read);
  return read;
}

function looksJson(body: Uint8Array): boolean {
  let at = 0;
  while (isSpace(body[at])) at += 1;
  return body[at] === 0x5b || body[at] === 0x7b;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/** A JSON document never begins with a name and an equals sign. */
function looksForm(body: Uint8Array): boolean {
  if (looksJson(body)) return false;
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 64)).toString('latin1');
  return /^[\w.%+-]+=/.test(start.trimStart());
}

function unsupported(message: string): ScorerError {
  return new ScorerError(message, { code: 'UNSUPPORTED_MEDIA_TYPE' });
}

function mismatch(message: string): ScorerError {
  return new ScorerError(message, { code: 'CONTENT_TYPE_MISMATCH' });
}
