const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What markup has no place for: control characters but tabs and line ends, and what is no character. */
const NO_TEXT = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu;

/** Text as markup, for contents and for values in double quotes; what is no character becomes U+FFFD. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(NO_TEXT, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** The attributes of an element, each with a space before it; those that are undefined are left out. */
export function toAttributes(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeText(String(value))}"`))
    .join('');
}

/** A value as JSON that can stand in a `script` element: it can't end it, nor begin a comment in it. */
export function toScriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, toUnicodeEscape);
}

function toUnicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
