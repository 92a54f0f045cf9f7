/** Markup that is safe to join: made by {@link html}, which escapes every text put into it. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, lists are joined, nothing is left out. */
export type HtmlPart = string | number | Html | undefined | readonly HtmlPart[];

/**
 * Makes markup of a template. What is put in is escaped for content and for quoted attributes alike; templates
 * themselves are well-formed XML.
 */
export function html(template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const markup = template.map((text, index) => text + toMarkup(parts[index])).join('');
  return { markup };
}

function toMarkup(part: HtmlPart): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map(toMarkup).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes text for content and quoted attributes. Control characters, which no document may hold, become their
 * pictures (␀); what is no character becomes U+FFFD.
 */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
    .replace(/\p{Cc}/gu, toPicture)
    .replace(/[\ufffe\uffff]/g, '\ufffd');
}

function toPicture(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
}

/** Text from outside on its own: its direction of writing changes nothing around it. */
export function data(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}
