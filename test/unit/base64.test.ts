// Base64 is told from what is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64, decodeBase64Bytes } from '../../functions/pubsub/base64.ts';

const PATTERN = /^[A-Za-z0-9+/_-]*={0,2}$/;

test('base64 is decoded, standard or URL-safe, with or without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const padded = Buffer.from(bytes).toString('base64');
      const urlSafe = Buffer.from(bytes).toString('base64url');
      for (const text of [padded, padded.replaceAll('=', ''), urlSafe, urlSafe.padEnd(padded.length, '=')]) {
        assert.deepEqual(decodeBase64(text), Buffer.from(bytes));
      }
    }),
  );
});

test('base64 takes what the pattern takes, and nothing else', () => {
  const unit = fc.constantFrom(...'AZaz09+/-_', ...'AZaz09+/-_', ...'= \n%.é\0\u0141\u2041😀');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 10 }), (text) => {
      const isBase64 = PATTERN.test(text) && text.replace(/=+$/, '').length % 4 !== 1;
      assert.equal(decodeBase64(text) !== undefined, isBase64);
    }),
    { numRuns: 5000 },
  );
  assert.equal(decodeBase64('\u0141AAA'), undefined); // of U+0141 the lower byte is "A"
});

test('base64 is decoded from bytes in chunks as it is from text', () => {
  const sizes = fc.constantFrom(0, 1, 2, 3, 49_151, 49_152, 49_153, 98_304, 98_305, 98_306); // 49,152 bytes fill a chunk
  const other = fc.constantFrom('', '=', '==', ' ', '%', '-', '\u00e9', '\u0141');
  fc.assert(
    fc.property(sizes, fc.nat(), other, (size, at, extra) => {
      const base64 = Buffer.alloc(size, 'a row').toString('base64');
      const place = at % (base64.length + 1);
      const text = `${base64.slice(0, place)}${extra}${base64.slice(place)}`;
      assert.deepEqual(decodeBase64Bytes(Buffer.from(text)), decodeBase64(text));
    }),
    { numRuns: 300 },
  );
});
