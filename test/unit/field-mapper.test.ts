import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileWasm, toWasmModule, WASM_MODULE } from '../../scripts/wasm.ts';
import { FieldMapper } from '../../src/decode/csv/field-mapper.ts';

const [LF, QUOTE, COMMA] = [0x0a, 0x22, 0x2c];

/** What a map says, one byte after the other. */
function mapSlowly(
  bytes: Uint8Array,
  from: number,
  stop: number,
  maxRows: number,
  columns: number,
): number[] {
  const places: number[] = [];
  for (let at = from, rows = 0; at < stop && rows < maxRows; rows += 1) {
    const record = [at - 1];
    for (; bytes[at] !== LF; at += 1) {
      if (bytes[at] === QUOTE) return places;
      if (bytes[at] === COMMA) record.push(at);
    }
    record.push(at);
    if (record.length !== columns + 1) return places;
    places.push(...record);
    at += 1;
  }
  return places;
}

describe('the field mapper', () => {
  it('has the code of its source', async () => {
    assert.equal(await readFile(WASM_MODULE, 'utf8'), toWasmModule(await compileWasm()));
  });

  it('finds the separators that a byte-by-byte look finds', () => {
    const mapper = new FieldMapper(100_000);
    const field = fc.oneof(
      { weight: 20, arbitrary: fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[",\n]/g, 'x')) },
      { weight: 1, arbitrary: fc.constantFrom('"', '\n', ',', '\r') },
    );
    let mapped = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }).chain((columns) =>
          fc.record({
            columns: fc.constant(columns),
            records: fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { minLength: 1 }),
          }),
        ),
        fc.nat({ max: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 50 }),
        ({ columns, records }, from, cut, maxRows) => {
          const text = records.map((fields) => `${fields.join(',')}\n`).join('');
          const end = from + mapper.bytes.write(text, from);
          mapper.bytes.fill('",\n', end, end + 32); // what stands behind is of no account
          const stop = from + 1 + (cut % (end - from));
          const expected = mapSlowly(mapper.bytes, from, stop, maxRows, columns);
          const rows = mapper.map(from, stop, maxRows, columns, COMMA);
          assert.equal(rows * (columns + 1), expected.length);
          assert.deepEqual([...mapper.places.subarray(0, expected.length)], expected);
          mapped += rows;
        },
      ),
      { numRuns: 3000 },
    );
    assert.ok(mapped > 3000, `${mapped} records`);
  });

  it('maps no more than it has room for', () => {
    const columns = 5000;
    const rows = FieldMapper.capacity(columns);
    const mapper = new FieldMapper((rows + 1) * columns);
    mapper.bytes.fill(`${','.repeat(columns - 1)}\n`);
    assert.equal(mapper.map(0, mapper.bytes.length, rows, columns, COMMA), rows);
    assert.equal(mapper.map(0, mapper.bytes.length, rows, columns - 1, COMMA), 0);
  });
});
