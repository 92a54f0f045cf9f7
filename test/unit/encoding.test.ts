// Numbers as text, elements of JSON as text, attributes within Pub/Sub's limits, rows of CSV with what is added.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createCsvReader } from '../../src/decode/csv/reader.ts';
import { createElementFinder } from '../../src/decode/json-elements.ts';
import { elementPlaces, findMember } from '../../src/decode/json-places.ts';
import { toAttributes } from '../../src/encode/attributes.ts';
import { createCsvRows, toErrorLine } from '../../src/encode/csv.ts';
import { toShortest } from '../../src/encode/number.ts';
import { noPredictions, type OutputKind, type Predictions } from '../../src/model/predictions.ts';

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function digitsOf(text: string): string {
  return text
    .replace(/e.*/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');
}

/** True when some decimal with fewer digits reads back to the same float32. */
function hasShorter(value: number, digits: number): boolean {
  for (let count = 1; count < digits; count += 1) {
    const [mantissa = '', exponent] = value.toExponential(count - 1).split('e');
    for (const step of [-1, 0, 1]) {
      const near = Number(mantissa.replace('.', '')) + step;
      if (Math.fround(Number(`${near}e${Number(exponent) - count + 1}`)) === value) return true;
    }
  }
  return false;
}

function assertShortest(value: number): void {
  const text = toShortest(value);
  assert.equal(Math.fround(Number(text)), value);
  assert.equal(String(JSON.parse(text)), text);
  assert.ok(!hasShorter(value, digitsOf(text).length), `${text} is not the shortest`);
}

describe('a number', () => {
  it('is the shortest decimal that reads back to the same float32, for random bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (word) => {
        bits[0] = word;
        const value = float[0] ?? 0;
        if (Number.isFinite(value) && value !== 0) assertShortest(value);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is the shortest for every power of two', () => {
    for (let exponent = -149; exponent < 128; exponent += 1) assertShortest(2 ** exponent);
  });

  it('is written as JSON can hold it', () => {
    const cases = [0, -0, 1, 0.5, Math.fround(0.1), Number.NaN, Number.POSITIVE_INFINITY, 16_777_216].map(
      toShortest,
    );
    assert.deepEqual(cases, ['0', '0', '1', '0.5', '0.1', 'null', 'null', '16777216']);
  });
});

describe('the elements of instances', () => {
  const space = fc.constantFrom('', ' ', '\n\t');
  const text = (found: Uint8Array): string => Buffer.from(found).toString();
  const createFinder = (document: Uint8Array) => {
    const { start } = findMember(document, 0, 'instances') ?? assert.fail('there are no instances');
    return createElementFinder(document, () => elementPlaces(document, start));
  };

  it('are found as they were written, whichever of them are asked for', () => {
    const json = fc.json({ stringUnit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(json, { maxLength: 5 }), json, space, (elements, other, gap) => {
        const list = elements.map((element) => `${gap}${element}${gap}`).join(',');
        const members = `"a\\"]é"${gap}:${gap}${other},"instances":[1],"instances"${gap}:[${gap}${list}]${gap}`;
        const find = createFinder(Buffer.from(`\ufeff${gap}{${gap}${members}}`));
        elements.forEach((element, index) => {
          if (index % 2 === 0) assert.equal(text(find(index)), element);
        });
        assert.deepEqual(
          elements.map((_, index) => text(find(index))),
          elements,
        );
        assert.equal(find(elements.length).length, 0);
      }),
      { numRuns: 1000 },
    );
  });

  it('are parts of the document, not copies', () => {
    const document = Buffer.from('{"instances":[1,{"a":2}]}');
    const found = createFinder(document)(1);
    assert.deepEqual([found.buffer, text(found)], [document.buffer, '{"a":2}']);
  });

  it('may be nested 100,000 deep', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const find = createFinder(Buffer.from(`{"instances":[${deep},2]}`));
    assert.deepEqual([text(find(0)), text(find(1))], [deep, '2']);
  });
});

describe('attributes', () => {
  it('are cut to what Pub/Sub takes, ours first', () => {
    const input = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`k${index}`, 'é'.repeat(600)]),
    );
    const out = toAttributes(
      { ...input, ['k'.repeat(257)]: 'x', googfoo: 'x', 'content-type': 'x', ours: 'x' },
      { ours: 'y' },
    );
    assert.equal(Object.keys(out).length, 100);
    assert.equal(out['ours'], 'y');
    assert.equal(out['k0'], 'é'.repeat(512));
    assert.ok(!('googfoo' in out) && !('content-type' in out));
  });

  it('are cut to what Pub/Sub takes when a hundred of 1 KB come with a letter of ours', () => {
    const input = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`k${index}`, 'x'.repeat(1024)]),
    );
    const ours = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`k${index}`, `ours ${index}`]));
    const traced = { ...input, 'replayed-from': 'first', 'replayed-row': '7', 'content-encoding': 'gzip' };
    const out = toAttributes({ ...traced, '': 'x', Googfoo: 'x', 'Content-Type': 'x' }, ours);
    assert.equal(Object.keys(out).length, 100);
    for (const [key, value] of Object.entries(ours)) assert.equal(out[key], value);
    assert.deepEqual([out['replayed-from'], out['replayed-row']], ['first', '7']);
    assert.deepEqual(
      ['', 'Googfoo', 'Content-Type', 'content-encoding'].filter((key) => key in out),
      [],
    );
    assert.equal(toAttributes(traced, ours, true)['content-encoding'], 'gzip');
    for (const value of Object.values(out)) assert.ok(Buffer.byteLength(value) <= 1024);
  });

  it('keep describing the content where that is unchanged', () => {
    assert.deepEqual(toAttributes({ 'content-type': 'text/csv' }, {}, true), { 'content-type': 'text/csv' });
  });
});

describe('rows of CSV', () => {
  const kind: OutputKind = { kind: 'probabilities', classes: ['no', 'yes, late'], everyClass: false };
  const predictions: Predictions = {
    ...noPredictions(kind),
    rows: 1,
    labels: ['yes, late'],
    probability: Float32Array.of(0.5),
    probabilities: Float32Array.of(0.5, 0.5),
  };
  const headerOf = (document: string) => {
    const reader = createCsvReader();
    reader.push(Buffer.from(document));
    assert.ok(reader.header !== undefined);
    return reader.header;
  };

  it("keep the input's delimiter, line end and byte order mark, and quote what needs it", () => {
    const rows = createCsvRows(headerOf('\ufeffa;b\r\n'), kind, true);
    assert.equal(rows.header.toString(), '\ufeffa;b;label;probability;error\r\n');
    assert.equal(rows.scored(Buffer.from('1;2'), predictions, 0).toString(), '1;2;yes, late;0.5;\r\n');
    assert.equal(
      createCsvRows(headerOf('a,b\n'), kind, false).scored(Buffer.from('1,2'), predictions, 0).toString(),
      '1,2,"yes, late",0.5\n',
    );
  });

  it('give way to names that are taken', () => {
    const { header } = createCsvRows(headerOf('label,prediction_label,x\n'), kind, false);
    assert.equal(header.toString(), 'label,prediction_label,x,prediction_label_2,probability\n');
  });

  it('that failed keep their bytes in errors.csv', () => {
    const failure = {
      row: 0,
      problems: [{ code: 'MISSING_VALUE', column: 'a', expected: 'a number', got: '""' }],
    } as const;
    const line = toErrorLine(7, failure, Buffer.from('\xff,"x"', 'latin1'));
    assert.equal(
      line.toString('latin1'),
      '7,a,MISSING_VALUE,"column ""a"": expected a number, got """"","\xff,""x"""\n',
    );
  });
});
