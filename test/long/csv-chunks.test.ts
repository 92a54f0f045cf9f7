// The CSV reader against itself, for many more random documents than the unit test takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CsvRecord, createCsvReader } from '../../src/decode/csv/reader.ts';

function read(bytes: Buffer, size: number): CsvRecord[] {
  const reader = createCsvReader();
  const records: CsvRecord[] = [];
  for (let start = 0; start < bytes.length; start += size)
    records.push(...reader.push(bytes.subarray(start, start + size)));
  return [...records, ...reader.end()].map((record) => ({ ...record, raw: Buffer.from(record.raw) }));
}

test('csv reads the same in pieces of any size', () => {
  const unit = fc.constantFrom(
    'a',
    'é',
    ' ',
    '\t',
    '"',
    '"',
    ',',
    '\n',
    '\r',
    '\r\n',
    ';',
    '1',
    '\0',
    '\ufeff',
  );
  const header = fc.constantFrom('a,b\n', 'a,b\r\n', 'a,b\r', 'sep=;\na;b\n', '"a\n1",b\n');
  fc.assert(
    fc.property(
      header,
      fc.string({ unit, maxLength: 200 }),
      fc.integer({ min: 1, max: 9 }),
      (first, rest, size) => {
        const bytes = Buffer.from(first + rest);
        assert.deepEqual(read(bytes, size), read(bytes, bytes.length));
      },
    ),
    { numRuns: 100_000 },
  );
});
