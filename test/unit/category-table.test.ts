// Texts found by their bytes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CategoryTable } from '../../src/decode/csv/category-table.ts';

function find(texts: readonly string[], text: string): number {
  const bytes = Buffer.from(`<${text}>`);
  return new CategoryTable({ texts, offsets: [], values: [] }).find(bytes, 1, bytes.length - 1);
}

describe('a table of categories', () => {
  it('finds what is there and nothing else', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' '), maxLength: 12 });
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 40 }), text, (texts, asked) => {
        assert.equal(find(texts, asked), texts.indexOf(asked));
        texts.forEach((each, place) => void assert.equal(find(texts, each), place));
      }),
    );
  });

  it('holds 10,000 that begin and end alike', () => {
    const texts = Array.from({ length: 10_000 }, (_, index) => `zone-${String(index).padStart(8, '0')}-end`);
    const table = new CategoryTable({ texts, offsets: [], values: [] });
    texts.forEach((text, place) => {
      assert.equal(table.find(Buffer.from(text), 0, text.length), place);
    });
    assert.equal(table.find(Buffer.from('zone-00010000-end'), 0, 17), -1);
  });
});
