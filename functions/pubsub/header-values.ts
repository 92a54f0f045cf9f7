import type { IncomingHttpHeaders } from 'node:http';
import { ScorerError, show } from '../../src/errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A header's value as text (see {@link fromLatin1}); undefined when it is absent or empty. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? fromLatin1(value) : undefined;
}

/**
 * Node reads the bytes of a header as latin1; Google sends UTF-8. What is no UTF-8 stays as it was read.
 */
export function fromLatin1(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length === Buffer.byteLength(value)) return value; // ASCII
  try {
    return utf8.decode(bytes);
  } catch {
    return value;
  }
}

/**
 * Decodes the value of a `ce-…` header: double quotes and backslash escapes are undone, then percent
 * encoding, once. A `%` that begins no escape stays.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values
 *
 * @throws ScorerError `INVALID_MESSAGE` when the escapes are no UTF-8
 */
export function decodeEventValue(name: string, value: string): string {
  const text = fromLatin1(value);
  const bare = /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text;
  try {
    return decodeURIComponent(bare.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch (cause) {
    throw new ScorerError(
      `The header ${name} of the CloudEvent is ${show(bare)}: expected percent-encoded UTF-8.`,
      { code: 'INVALID_MESSAGE', cause },
    );
  }
}
