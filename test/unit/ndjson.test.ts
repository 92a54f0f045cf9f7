// Lines of JSON from bytes: slices, lines that fail alone, the bytes of a line; and bounds on JSON of any kind.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../src/decode/json.ts';
import { decodeNdjson, type NdjsonRows } from '../../src/decode/ndjson.ts';
import { ScorerError } from '../../src/errors.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

function decode(document: string | Uint8Array, maxRows = 2, maxBytes = 1000): readonly NdjsonRows[] {
  return [...decodeNdjson(Buffer.from(document), { maxRows, maxBytes })];
}

describe('lines of JSON', () => {
  it('come some at a time, by rows and by bytes, and failures count from the first of them', () => {
    const slices = decode('1\n\n 2 \r\n{oops\n \t\r\n[3]\n"long"', 2, 5);
    assert.deepEqual(
      slices.map(({ lines }) => lines.map(text)),
      [['1', ' 2 '], ['{oops'], ['[3]', '"long"']],
    );
    assert.deepEqual(
      slices.map(({ values }) => values),
      [[1, 2], [undefined], [[3], 'long']],
    );
    assert.deepEqual(
      slices.flatMap(({ failures }) => failures.map(({ row }) => row)),
      [0],
    );
  });

  it('are not looked at before they are asked for', () => {
    const lines = decodeNdjson(Buffer.from('1\n2\n{"x":[3]}'), { maxRows: 1, maxBytes: 100 });
    assert.deepEqual(lines.next().value?.values, [1]);
    assert.deepEqual(
      [...lines].map(({ values }) => values),
      [[2], [[3]]],
    );
  });

  it('that are not UTF-8 fail alone, and keep their bytes', () => {
    const document = Buffer.concat([Buffer.from('1\n"'), Buffer.from([0xff]), Buffer.from('"\r\n2')]);
    const [slice, ...more] = decode(document, 10);
    assert.deepEqual(more, []);
    assert.deepEqual(slice?.values, [1, undefined, 2]);
    assert.deepEqual(
      slice?.failures.map(({ row, problems: [{ code }] }) => [row, code]),
      [[1, 'INVALID_ENCODING']],
    );
    assert.deepEqual([...(slice?.lines[1] ?? [])], [0x22, 0xff, 0x22]);
    assert.equal(slice?.lines[1]?.buffer, slice?.lines[0]?.buffer);
  });

  it('are the lines that splitting the whole text gives', () => {
    const piece = fc.constantFrom('\n', '\r\n', ' ', '\t', '1', '{"é":[]}', '\r', 'x');
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 1, max: 3 }), (pieces, maxRows) => {
        const document = pieces.join('');
        const expected = document
          .split('\n')
          .map((line) => line.replace(/\r$/, ''))
          .filter((line) => line.trim() !== '');
        assert.deepEqual(
          decode(document, maxRows).flatMap(({ lines }) => lines.map(text)),
          expected,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('are refused together in UTF-16', () => {
    assert.throws(
      () => decode(Buffer.from('\ufeff1\n2', 'utf16le')),
      (error) => error instanceof ScorerError && error.code === 'INVALID_ENCODING',
    );
  });
});

describe('JSON', () => {
  const codeOf = (document: string): string => {
    try {
      parseJson(document, 'The body');
      return 'parsed';
    } catch (error) {
      return error instanceof ScorerError ? error.code : String(error);
    }
  };

  for (const [why, document, code] of [
    ['nested 20,000 deep', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'parsed'],
    ['nested deeper', `${'['.repeat(20_001)}${']'.repeat(20_001)}`, 'INVALID_JSON'],
    ['of a million objects in an array', `[${'{},'.repeat(999_998)}{}]`, 'parsed'],
    ['of more', `[${'{},'.repeat(999_999)}{}]`, 'BODY_TOO_LARGE'],
    ['with brackets in strings', JSON.stringify(`\\"${'["\\'.repeat(400_000)}`), 'parsed'],
    ['whose string does not end', `"${'['.repeat(100_000)}\\"`, 'INVALID_JSON'],
  ] as const) {
    it(`${why} gives ${code}`, () => assert.equal(codeOf(document), code));
  }
});
