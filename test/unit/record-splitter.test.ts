// What a splitter remembers of a record never changes what it says of the next one.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { CsvDialect } from '../../src/decode/csv/dialect.ts';
import { RecordSplitter } from '../../src/decode/csv/record-splitter.ts';

const MAX_BYTES = 24;
const unit = fc.constantFrom('a', 'a', '"', '"', '""', ',', '\n', '\n', '\r', '\r\n', ',"', '",', 'a",a,"\n');

/** Splits a document as the scanner does: what can't be read costs its first line. */
function* split(document: Buffer, dialect: CsvDialect, pieces: readonly number[], isForgetful: boolean) {
  const create = (): RecordSplitter => new RecordSplitter(dialect, 8, true, MAX_BYTES);
  let splitter = create();
  let window = Buffer.from(document);
  const sizes = pieces.values();
  let start = 0;
  let limit = 0;
  while (start < window.length) {
    if (isForgetful) splitter = create();
    const final = limit === window.length;
    const status = splitter.split(window, start, limit, final);
    const line = splitter.lineEnd(window, start, limit, final);
    const isBad = status === 'malformed' || status === 'too-large';
    if (status === 'incomplete' || (isBad && line === undefined)) {
      limit = Math.min(window.length, limit + (sizes.next().value ?? window.length));
      // all that was taken is dropped
      window = Buffer.from(window.subarray(start));
      splitter.moved(start);
      limit -= start;
      start = 0;
      continue;
    }
    const fields = Array.from({ length: isBad ? 0 : Math.min(8, splitter.count) }, (_, field) =>
      splitter.text(window, field),
    );
    const next = isBad ? (line ?? limit) : splitter.next;
    yield { status, fields, length: next - start };
    start = next;
  }
}

for (const newline of ['\n', '\r'] as const) {
  it(`a document of ${JSON.stringify(newline)} is split as if nothing were remembered`, () => {
    const dialect = { delimiter: ',', newline, bom: false } as const;
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 120 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }),
        (text, pieces) => {
          const document = Buffer.from(text);
          assert.deepEqual(
            [...split(document, dialect, pieces, false)],
            [...split(document, dialect, pieces, true)],
          );
          assert.deepEqual(
            [...split(document, dialect, pieces, false)],
            [...split(document, dialect, [], true)],
          );
        },
      ),
      { numRuns: 20_000 },
    );
  });
}
