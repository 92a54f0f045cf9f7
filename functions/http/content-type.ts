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
  const start = Buffer.from(body.subarray(0, 64)).toString('latin1').trimStart();
  const looksJson = /^[[{]/.test(start);
  const looksForm = /^[\w.%+-]+=/.test(start);
  if (contentType === undefined) {
    if (looksJson) return 'json';
    if (looksForm) return 'form';
    throw unsupported(`The request has no Content-Type: ${ACCEPTED}.`);
  }
  const [mediaType = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((part) => part.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  const kind = KINDS.find(([pattern]) => pattern.test(mediaType))?.[1];
  if (kind === undefined || (charset !== undefined && !/^(?:utf-?8|us-ascii)$/.test(charset))) {
    throw unsupported(`The Content-Type is ${show(contentType)}: ${ACCEPTED}.`);
  }
  if (kind === 'json' && looksForm) {
    throw mismatch(
      `The body is a form, but Content-Type says ${mediaType}: send application/x-www-form-urlencoded, or JSON.`,
    );
  }
  if (kind === 'form' && looksJson) {
    throw mismatch(
      `The body is JSON, but Content-Type says ${mediaType}: send application/json (curl: -H 'Content-Type: application/json').`,
    );
  }
  return kind;
}

function unsupported(message: string): ScorerError {
  return new ScorerError(message, { code: 'UNSUPPORTED_MEDIA_TYPE' });
}

function mismatch(message: string): ScorerError {
  return new ScorerError(message, { code: 'CONTENT_TYPE_MISMATCH' });
}
