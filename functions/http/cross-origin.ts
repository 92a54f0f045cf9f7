import type { IncomingMessage } from 'node:http';

/** What scripts of other origins may send and see, beside what the Fetch standard always lets them. */
const ALLOWED_HEADERS = 'Authorization, Content-Encoding, Content-Type, X-Request-Id';
const EXPOSED_HEADERS = 'X-Model, X-Request-Id';
const PREFLIGHT_SECONDS = '3600';

/** The headers that let a page of another origin use an answer: none where it may not. */
export type CrossOrigin = (request: IncomingMessage) => Readonly<Record<string, string>>;

const NOTHING: Readonly<Record<string, string>> = {};

/**
 * Creates {@link CrossOrigin} as the Fetch standard says: https://fetch.spec.whatwg.org/#http-cors-protocol.
 *
 * @param origins those that may, or `*` for all; none by default
 */
export function createCrossOrigin(origins: readonly string[]): CrossOrigin {
  if (origins.length === 0) return () => NOTHING;
  const isAny = origins.includes('*');
  const known = new Set(origins);
  return ({ method, headers }) => {
    const { origin } = headers;
    const vary: Readonly<Record<string, string>> = isAny ? NOTHING : { Vary: 'Origin' };
    if (origin === undefined || !(isAny || known.has(origin))) return vary;
    const allowed = { ...vary, 'Access-Control-Allow-Origin': isAny ? '*' : origin };
    if (method !== 'OPTIONS') return { ...allowed, 'Access-Control-Expose-Headers': EXPOSED_HEADERS };
    return {
      ...allowed,
      'Access-Control-Allow-Methods': 'GET, HEAD, POST',
      'Access-Control-Allow-Headers': ALLOWED_HEADERS,
      'Access-Control-Max-Age': PREFLIGHT_SECONDS,
    };
  };
}
