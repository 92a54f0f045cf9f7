import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { FLIGHT_DELAY, type RowKind, toCsvText } from '../../bench/csv/csv-text.ts';
import { FLIGHT_COLUMNS } from '../../bench/csv/flights.ts';

const ROWS = 2000;
const { columns, features } = JSON.parse(readFileSync(join(FLIGHT_DELAY, 'manifest.json'), 'utf8')) as {
  readonly columns: readonly { readonly name: string; readonly categories: readonly unknown[] }[];
  readonly features: readonly string[];
};

function textOf(kind: RowKind, rows = ROWS, seed?: number): string {
  return [...toCsvText(kind, rows, seed)].join('');
}

function read(kind: RowKind): { readonly header: readonly string[]; readonly rows: readonly string[][] } {
  const [header = [], ...rows] = parse(textOf(kind)) as string[][];
  return { header, rows };
}

const KINDS = {
  onehot: features,
  raw: FLIGHT_COLUMNS,
  floats: features,
  'quoted-one': FLIGHT_COLUMNS,
  'quoted-all': FLIGHT_COLUMNS,
  'quoted-1pct': FLIGHT_COLUMNS,
} as const satisfies Record<RowKind, readonly string[]>;

describe('the data sets of bench:csv', () => {
  for (const [kind, names] of Object.entries(KINDS) as [RowKind, readonly string[]][]) {
    it(`${kind} has as many rows as asked for, under the model's columns or features`, () => {
      const { header, rows } = read(kind);
      assert.deepEqual(header, names);
      assert.equal(rows.length, ROWS);
    });

    it(`${kind} is the same for the same seed, and begins the same however long it is`, () => {
      assert.equal(textOf(kind), textOf(kind));
      assert.notEqual(textOf(kind), textOf(kind, ROWS, 2));
      assert.ok(textOf(kind).startsWith(textOf(kind, 10)));
    });
  }

  for (const kind of ['raw', 'quoted-one', 'quoted-all', 'quoted-1pct'] as const) {
    it(`${kind} has no category that the model does not know`, () => {
      const { header, rows } = read(kind);
      for (const { name, categories } of columns) {
        const known = new Set(categories.map(String));
        const place = header.indexOf(name);
        assert.deepEqual(
          rows.map((row) => row[place] ?? '').filter((value) => !known.has(value)),
          [],
        );
      }
    });
  }

  it('raw has rows of about 125 bytes, with every airline among them', () => {
    const text = textOf('raw', 50_000);
    assert.ok(Math.abs(Buffer.byteLength(text) / 50_000 - 125) < 5);
    for (const airline of columns[0]?.categories ?? [])
      assert.ok(text.includes(`,${airline},`), `${airline}`);
  });

  it('raw has dates with times, and months that are those of the dates', () => {
    const { header, rows } = read('raw');
    for (const row of rows) {
      assert.match(row[header.indexOf('Fecha-O')] ?? '', /^201[78]-\d\d-\d\d \d\d:\d\d:00$/);
      assert.equal(Number(row[0]?.slice(5, 7)), Number(row[header.indexOf('MES')]));
    }
  });

  it('onehot has one 1 for each column of the model, and 0 elsewhere', () => {
    for (const row of read('onehot').rows) {
      assert.ok(row.every((field) => field === '0' || field === '1'));
      assert.equal(row.filter((field) => field === '1').length, columns.length);
    }
  });

  it('floats has six digits after the point, half of them negative', () => {
    const fields = read('floats').rows.flat();
    assert.ok(fields.every((field) => /^-?0\.\d{6}$/.test(field)));
    const negative = fields.filter((field) => field.startsWith('-')).length / fields.length;
    assert.ok(negative > 0.45 && negative < 0.55);
  });

  it('quoted-one has one quoted field in every row, quoted-all nothing else', () => {
    const lines = (kind: RowKind) => textOf(kind).trimEnd().split('\n').slice(1);
    assert.ok(lines('quoted-one').every((line) => line.split('"').length === 3));
    assert.ok(lines('quoted-all').every((line) => /^"[^"]*"(,"[^"]*"){17}$/.test(line)));
  });

  it('quoted-1pct has quotes, a comma and a line end in about one row of a hundred', () => {
    const hard = read('quoted-1pct').rows.filter((row) =>
      row.some((field) => /".*,.*"|,.*".*\n/.test(field)),
    );
    assert.ok(hard.length > ROWS / 200 && hard.length < ROWS / 50, `${hard.length}`);
  });
});
