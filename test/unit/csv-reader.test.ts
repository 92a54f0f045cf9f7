// The CSV reader: its rules, its independence of how bytes arrive, and csv-parse as the oracle.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { toUtf8 } from '../../src/decode/csv/field-text.ts';
import { MAX_RECORD_BYTES } from '../../src/decode/csv/limits.ts';
import { type CsvRecord, createCsvReader } from '../../src/decode/csv/reader.ts';

/** Reads a document in pieces whose sizes repeat. */
function read(document: string | Buffer, sizes: readonly number[] = [65_536]) {
  const bytes = Buffer.from(document);
  const reader = createCsvReader();
  const records: CsvRecord[] = [];
  let start = 0;
  for (let piece = 0; start < bytes.length; piece += 1) {
    const end = start + (sizes[piece % sizes.length] ?? 1);
    for (const record of reader.push(bytes.subarray(start, end))) records.push(record);
    start = end;
  }
  for (const record of reader.end()) records.push(record);
  const shown = records.map(({ line, raw, fields, problem }) => ({
    line,
    raw: Buffer.from(raw).toString('latin1'),
    fields: fields.map((field) => toUtf8(field) ?? field),
    ...(problem === undefined ? {} : { code: problem.code }),
  }));
  return { header: reader.header, records: shown };
}

/** A document in short: per record its line, then its fields or its code. */
function short(document: string | Buffer): unknown[] {
  return read(document).records.map(({ line, fields, code }) => [
    line,
    ...(code === undefined ? fields : [code]),
  ]);
}

describe('csv', () => {
  for (const [why, document, expected] of [
    [
      'plain rows',
      'a,b\n1,2\n3,4\n',
      [
        [2, '1', '2'],
        [3, '3', '4'],
      ],
    ],
    ['no line end at the end', 'a,b\n1,2', [[2, '1', '2']]],
    ['CRLF', 'a,b\r\n1,2\r\n', [[2, '1', '2']]],
    [
      'a lone CR where the header ends in one',
      'a,b\r1,2\r3,4',
      [
        [2, '1', '2'],
        [3, '3', '4'],
      ],
    ],
    ['a lone CR as text elsewhere', 'a,b\n1,2\r3\n', [[2, '1', '2\r3']]],
    ['a byte order mark', '\ufeffa,b\n1,2\n', [[2, '1', '2']]],
    [
      'quotes, doubled quotes and newlines',
      'a,b\n"x ""y""\n\nz",2\n3,4\n',
      [
        [2, 'x "y"\n\nz', '2'],
        [5, '3', '4'],
      ],
    ],
    [
      'blank lines, which are counted',
      'a,b\n\n1,2\n \t\n3,4\n',
      [
        [3, '1', '2'],
        [5, '3', '4'],
      ],
    ],
    ['spaces trimmed outside quotes alone', 'a,b,c\n 1\t,"  2 ", "3"\n', [[2, '1', '  2 ', '"3"']]],
    ['a quote inside a field as text', 'a,b\n5" pipe,"x"\n', [[2, '5" pipe', 'x']]],
    [
      'short and long rows as they are',
      'a,b\n1\n1,2,3\n',
      [
        [2, '1'],
        [3, '1', '2', '3'],
      ],
    ],
    ['a semicolon', 'a;b\n1,5;2\n', [[2, '1,5', '2']]],
    ['a tab', 'a\tb\n1\t2\n', [[2, '1', '2']]],
    ['sep=', 'sep=;\na;b,c\n1;2\n', [[3, '1', '2']]],
    [
      'text after a closing quote',
      'a,b\n"1"x,2\n3,4\n',
      [
        [2, 'MALFORMED_QUOTES'],
        [3, '3', '4'],
      ],
    ],
    [
      'text after a closing quote on a later line',
      'a,b\n"1\n2"x,2\n3,4\n',
      [
        [2, 'MALFORMED_QUOTES'],
        [3, '2"x', '2'],
        [4, '3', '4'],
      ],
    ],
    [
      'NUL after a closing quote',
      'a,b\n"1"\0,2\n3,4\n',
      [
        [2, 'MALFORMED_QUOTES'],
        [3, '3', '4'],
      ],
    ],
    [
      'a quote that is never closed',
      'a,b\n"1,2\n3,4\n5,6\n',
      [
        [2, 'MALFORMED_QUOTES'],
        [3, '3', '4'],
        [4, '5', '6'],
      ],
    ],
    [
      'an overlong line',
      `a,b\n${'x'.repeat(3 * MAX_RECORD_BYTES)},2\n3,4\n`,
      [
        [2, 'RECORD_TOO_LARGE'],
        [3, '3', '4'],
      ],
    ],
  ] as const) {
    it(`reads ${why}`, () => assert.deepEqual(short(document), expected));
  }

  it('ends a record whose quote stays open too long at its first line end', () => {
    const { records } = read(`a,b\n"1,2\n${'3,4\n'.repeat(MAX_RECORD_BYTES / 2)}`);
    assert.equal(records[0]?.code, 'MALFORMED_QUOTES');
    assert.equal(records.length, 1 + MAX_RECORD_BYTES / 2);
  });

  for (const [why, document, code] of [
    ['nothing', '', 'EMPTY_FILE'],
    ['blank lines alone', '\n \n', 'EMPTY_FILE'],
    ['UTF-16', Buffer.from('\ufeffa,b\n', 'utf16le'), 'INVALID_ENCODING'],
    ['a header that is not UTF-8', Buffer.from([0x61, 0xff, 0x0a]), 'INVALID_ENCODING'],
    ['a header with a quote left open', '"a,b\n1,2\n', 'INVALID_HEADER'],
    ['an unknown separator', 'sep=#\na#b\n', 'INVALID_HEADER'],
  ] as const) {
    it(`refuses ${why}`, () => assert.throws(() => read(document), { code }));
  }

  it('keeps the bytes of fields that are not UTF-8', () => {
    const { records } = read(Buffer.from('a,b\n\xff\xfe,2\n', 'latin1'));
    assert.equal(records[0]?.raw, '\xff\xfe,2');
  });
});

describe('csv, whatever the bytes', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'é', ' ', '\t', '"', ',', '\n', '\r', ';', '1', '\0'),
    maxLength: 60,
  });
  const document = fc.array(text, { maxLength: 8 }).map((parts) => `h1,h2\n${parts.join('\n')}`);

  it('reads the same in pieces of any size', () => {
    fc.assert(
      fc.property(
        document,
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
        (csv, sizes) => {
          assert.deepEqual(read(csv, sizes).records, read(csv).records);
          assert.deepEqual(read(csv, [1]).records, read(csv).records);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('ends an overlong line at its CR, wherever the pieces end', () => {
    for (const end of ['\r', '\r\n']) {
      const line = 'x'.repeat(2 * MAX_RECORD_BYTES - 1);
      const { records } = read(`a\r${line}${end}1\r`, [2, 2 * MAX_RECORD_BYTES]);
      assert.deepEqual(
        records.map(({ line: at, fields, code }) => [at, code ?? fields[0]]),
        [
          [2, 'RECORD_TOO_LARGE'],
          [3, '1'],
        ],
      );
    }
  });

  it('ends an overlong line at its CR, wherever the pieces end', () => {
    for (const end of ['\r', '\r\n']) {
      const line = 'x'.repeat(2 * MAX_RECORD_BYTES - 1);
      const { records } = read(`a\r${line}${end}1\r`, [2, 2 * MAX_RECORD_BYTES]);
      assert.deepEqual(
        records.map(({ line: at, fields, code }) => [at, code ?? fields[0]]),
        [
          [2, 'RECORD_TOO_LARGE'],
          [3, '1'],
        ],
      );
    }
  });

  const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', 'x', ' '), maxLength: 8 });
  const quoted = field.map((value) => `"${value.replaceAll('"', '""')}"`);
  const plain = fc.string({ unit: fc.constantFrom('a', 'é', '1', '-'), minLength: 1, maxLength: 8 });
  const rows = fc.array(fc.array(fc.oneof(quoted, plain), { minLength: 2, maxLength: 4 }), { maxLength: 10 });

  it('reads well-formed documents as csv-parse does, and its rows put together are the document', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.boolean(), (fields, newline, bom) => {
        const lines = ['h1,h2', ...fields.map((each) => each.join(','))];
        const csv = `${bom ? '\ufeff' : ''}${lines.join(newline)}${newline}`;
        const oracle = parse(csv, { bom: true, relax_column_count: true, record_delimiter: ['\r\n', '\n'] });
        const { records, header } = read(csv, [5]);
        assert.deepEqual([header?.names, ...records.map((record) => record.fields)], oracle);
        assert.deepEqual(
          records.map(({ raw }) => Buffer.from(raw, 'latin1').toString()),
          lines.slice(1),
        );
        const starts = records.map(({ line }) => line);
        assert.deepEqual(
          starts,
          [...starts].sort((a, b) => a - b),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
