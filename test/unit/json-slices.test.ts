// Large JSON documents, which are parsed some instances at a time, against JSON.parse.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeInstances } from '../../src/decode/json.ts';
import { sliceInstances } from '../../src/decode/json-slices.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { mutate } from '../mutations.ts';

const BOUNDS = { maxRows: 3, maxBytes: 40 };

/** The instances of a document that is parsed as a whole; undefined where it has none, or is not valid. */
function parse(document: Uint8Array): readonly unknown[] | undefined {
  try {
    const { values, single } = decodeInstances(decodeUtf8(document, 'It'), 'It');
    return single ? undefined : values;
  } catch {
    return undefined;
  }
}

/** Compares slices with the whole; the text of every element must be that of its value. */
function check(document: Uint8Array): void {
  const slices = sliceInstances(document, BOUNDS);
  const values: unknown[] = [];
  for (const slice of slices ?? []) {
    assert.ok(slice.values.length > 0 && slice.values.length <= BOUNDS.maxRows);
    for (const [index, value] of slice.values.entries()) {
      assert.deepEqual(JSON.parse(Buffer.from(slice.element(index)).toString()), value);
    }
    values.push(...slice.values);
  }
  assert.deepEqual(slices && values, parse(document));
}

describe('a document in slices', () => {
  const space = fc.constantFrom('', ' ', '\n\t');
  const json = fc.json({ stringUnit: 'grapheme', depthSize: 'small' });

  it('has the instances that it has as a whole, or none for what is not valid', () => {
    fc.assert(
      fc.property(fc.array(json, { maxLength: 12 }), json, space, fc.nat(), (elements, other, gap, seed) => {
        const list = elements.map((element) => `${gap}${element}${gap}`).join(',');
        const members = `"a\\"]é"${gap}:${gap}${other},"instances":[1],"instances"${gap}:[${list}]${gap},"b":${other}`;
        const document = Buffer.from(`\ufeff${gap}{${gap}${members}}`);
        check(document);
        check(mutate(document, seed));
      }),
      { numRuns: 2000 },
    );
  });

  for (const document of [
    '',
    '{',
    '{"instances":',
    '{"instances":[',
    '{"instances":[]}',
    '{"instances":[1,2,3,]}',
    '{"instances":[1,2,3 4]}',
    '{"instances":[1,2,3,,4]}',
    '{"instances":[1,2,3]4]}',
    '{"instances":[1,2,3,\ufeff4]}',
    '{"instances":[1,2,3],"parameters":7}',
    '{"instances":{"a":[1,2]}}',
    '{"instances":[1,2},"b":3}',
    '{"instances":{1,2],"b":3}',
    '{"instances":[1,2',
    '{"instances":[1],"instances":7}',
    '{"a":{"instances":[1]}}',
    '{"x":[1]}',
    '[{"instances":[1]}]',
    '{"instances":[[1,2],[3,4}]}',
    '{"\\u0069nstances":[1,2,3,4,5]}',
    `{"instances":[${'[],'.repeat(1_000_000)}1]}`,
    `{"instances":[${'['.repeat(100_000)}]}`,
  ]) {
    it(`agrees with the whole: ${document.slice(0, 40)}`, () => check(Buffer.from(document)));
  }
});
