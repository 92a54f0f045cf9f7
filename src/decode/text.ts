import { ScorerError } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes bytes as UTF-8; a byte order mark is dropped (RFC 8259 §8.1 lets a parser ignore it).
 *
 * @param what names the bytes in the error, such as `The body`
 * @throws ScorerError `INVALID_ENCODING`
 */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    const hint = looksLikeUtf16(bytes) ? ' It looks like UTF-16: convert it to UTF-8.' : '';
    throw new ScorerError(`${what} is not valid UTF-8.${hint}`, { code: 'INVALID_ENCODING', cause });
  }
}

/** True for bytes that begin with a UTF-16 byte order mark, or with ASCII text spread over two bytes each. */
export function looksLikeUtf16(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0) !== (second === 0) && (third === 0) !== (fourth === 0) && bytes.length >= 4;
}
