/** A latin1 field as the UTF-8 text that its bytes are; undefined when they are not UTF-8. */
export function toUtf8(field: string): string | undefined {
  if (/^\p{ASCII}*$/u.test(field)) return field;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(field, 'latin1'));
  } catch {
    return undefined;
  }
}
