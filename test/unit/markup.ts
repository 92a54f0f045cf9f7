// A strict reader of markup, for pages that are well-formed as XML.
import assert from 'node:assert/strict';

/** An element as it begins. */
export interface MarkupNode {
  readonly tag: string;
  /** Names alone. */
  readonly attributes: readonly string[];
}

/** Texts that break out of markup where they are not escaped. */
export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></bdi><script>alert(1)</script>',
  ']]><!--',
  '&lt;script&gt;&#60;b&#62;',
  '\0\u0001\u001b]8;;http://example.com\u0007\r\n\t\u0085',
  '\ud800lone\udfff \ufffe\uffff',
  '\u202egnp.exe\u2066',
  '=HYPERLINK("http://example.com")',
  '{{constructor}}',
];

const TOKEN = /<!DOCTYPE html>|<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z0-9:-]+="[^"<>]*")*)(\/?)>|[^<>]+/gy;

/** The elements of a page, in order. Throws where it is not well-formed. */
export function toNodes(page: string): readonly MarkupNode[] {
  const nodes: MarkupNode[] = [];
  const open: string[] = [];
  let end = 0;
  for (const match of page.matchAll(TOKEN)) {
    const [token, isClosing, tag, attributes = '', isEmpty] = match;
    end = match.index + token.length;
    assert.doesNotMatch(token, /&(?!(amp|lt|gt|quot|#39);)/, 'an entity is none');
    if (tag === undefined) continue;
    if (isClosing === '/') assert.equal(open.pop(), tag, `</${tag}> closes nothing`);
    else {
      const names = [...attributes.matchAll(/ ([a-zA-Z0-9:-]+)="[^"]*"/g)].map(([, name = '']) => name);
      assert.equal(new Set(names).size, names.length, `an attribute stands twice: ${token}`);
      nodes.push({ tag, attributes: names });
      if (isEmpty !== '/') open.push(tag);
    }
  }
  assert.equal(end, page.length, `not well-formed here: ${page.slice(end, end + 80)}`);
  assert.deepEqual(open, []);
  return nodes;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** What the body of a page says, without its tags. */
export function textOf(page: string): string {
  return page
    .replace(/^.*<body>/s, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '');
}
