/**
 * True when every field of a record that begins with a quote also ends with one: a doubled quote is
 * a quote, and nothing stands between the closing quote and the delimiter (RFC 4180 §2.5–2.7).
 * A quote inside a field that does not begin with one is text.
 *
 * @param record a whole record as latin1 text, without its line end
 */
export function isWellQuoted(record: string, delimiter: string): boolean {
  let at = 0;
  for (;;) {
    if (record[at] === '"') {
      at = closingQuote(record, at) + 1;
      if (at === 0 || (at < record.length && record[at] !== delimiter)) return false;
    } else {
      const next = record.indexOf(delimiter, at);
      at = next === -1 ? record.length : next;
    }
    if (at >= record.length) return true;
    at += 1;
  }
}

/** The place of the quote that closes the one at `start`, or -1. */
function closingQuote(record: string, start: number): number {
  let at = record.indexOf('"', start + 1);
  while (at !== -1 && record[at + 1] === '"') at = record.indexOf('"', at + 2);
  return at;
}
