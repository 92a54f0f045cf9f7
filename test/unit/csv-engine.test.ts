// The engine that scores CSV byte by byte, against csv-parse and rows as strings; and what that can't tell.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MAX_KEPT_BYTES, MAX_RECORD_BYTES } from '../../src/decode/csv/limits.ts';
import { makeDocument } from '../fuzz/documents.ts';
import { type Cut, pickCut, runEngine } from '../fuzz/engine.ts';
import { createFuzzModels } from '../fuzz/fuzz-models.ts';
import { expectOutcome, type Outcome } from '../fuzz/oracle.ts';
import { createRandom } from '../fuzz/random.ts';

const models = createFuzzModels();
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const WHOLE: Cut = { pieceBytes: () => 65_536, fillBytes: 262_144, batchRows: 2048 };

/** What scoring a document with the model of one number gives. */
async function score(document: string | Buffer, cut = WHOLE): Promise<Outcome> {
  const model = models.find(({ columns }) => columns.length === 1 && columns[0]?.type === 'number')?.model;
  assert.ok(model !== undefined);
  const outcome = await runEngine(Buffer.from(document), model, cut);
  assert.ok(typeof outcome !== 'string', `failed as a whole: ${outcome}`);
  return outcome;
}

/** Of each failed row its line and code. */
function failures({ errors }: Outcome): string[] {
  return errors
    .split('\n')
    .slice(1)
    .flatMap((line) => /^(\d+),[^,]*,([A-Z_]+),/.exec(line)?.slice(1, 3).join(' ') ?? []);
}

describe('the engine agrees with csv-parse', () => {
  it('on documents as people write them, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 0, max: 60 }), async (seed, rows) => {
        const random = createRandom(seed);
        const { model, columns } = random.pick(models);
        const document = makeDocument(random, columns, rows);
        const expected = await expectOutcome(document, model);
        assert.deepEqual(await runEngine(document, model, pickCut(random)), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('on quotes, line ends and little else', async () => {
    const unit = fc.constantFrom('1', 'n', ' ', '"', '"', '""', ',', '\n', '\r', '\r\n', '\t', '\0', 'é');
    const header = fc.constantFrom('n,x\n', 'n,x\r\n', 'x,n\r', 'n\n', 'n\r\n', '"n",x\n', 'sep=,\nx,n\n');
    await fc.assert(
      fc.asyncProperty(header, fc.string({ unit, maxLength: 80 }), seeds, async (first, rest, seed) => {
        const model = models[4]?.model;
        assert.ok(model !== undefined);
        const document = Buffer.from(first + rest);
        const expected = await expectOutcome(document, model);
        assert.deepEqual(await runEngine(document, model, pickCut(createRandom(seed))), expected);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a record beyond the bound', () => {
  const digits = (count: number): string => '1'.repeat(count);
  const cuts: readonly Cut[] = [
    WHOLE,
    { pieceBytes: () => 999_983, fillBytes: 1, batchRows: 2 },
    { pieceBytes: () => 4096, fillBytes: 300_000, batchRows: 7 },
  ];

  for (const [index, cut] of cuts.entries()) {
    it(`is one failed row, and the rest goes on (cut ${index})`, async () => {
      const line = `${digits(MAX_RECORD_BYTES + 1)}`;
      const outcome = await score(`n\n1\n${line}\n2\nx\n`, cut);
      assert.deepEqual(failures(outcome), ['3 RECORD_TOO_LARGE', '5 INVALID_VALUE']);
      assert.equal(outcome.rows, 4);
      assert.match(outcome.predictions, /^n,label\n1,[ab]\n2,[ab]\n$/);
      assert.ok(outcome.errors.includes(`,${digits(MAX_KEPT_BYTES)}\n`), 'the row is clipped');
    });

    it(`is told from one of just the bound (cut ${index})`, async () => {
      const fits = `${digits(5)},${'x'.repeat(MAX_RECORD_BYTES - 6)}`;
      for (const end of ['\n', '\r\n']) {
        const outcome = await score([`n,x`, fits, `${fits}x`, fits, ''].join(end), cut);
        assert.deepEqual(failures(outcome), ['3 RECORD_TOO_LARGE']);
        assert.equal(outcome.rows, 3);
      }
    });

    it(`of a quote that is never closed names the line where it opened (cut ${index})`, async () => {
      const rest = `7,${'y'.repeat(100)}\n`.repeat(12_000);
      const outcome = await score(`n,x\n1,a\n2,"b\n${rest}`, cut);
      assert.deepEqual(failures(outcome), ['3 MALFORMED_QUOTES']);
      assert.equal(outcome.rows, 12_002);
      assert.ok(outcome.errors.endsWith(',"2,""b"\n'), 'only the line where it opened');
    });

    it(`whose quotes hold more than a record may is one failed row (cut ${index})`, async () => {
      const outcome = await score(`n,x\n1,"${`${'y'.repeat(100)}\n`.repeat(12_000)}"\n2,z\n`, cut);
      // the lines behind it are read as they stand
      assert.equal(failures(outcome)[0], '2 MALFORMED_QUOTES');
      assert.equal(failures(outcome)[1], '3 WRONG_FIELD_COUNT');
      assert.match(outcome.predictions, /\n2,z,[ab]\n$/);
    });
  }

  it('is one of separators alone, too', async () => {
    for (const [separators, expected] of [
      [MAX_RECORD_BYTES, '2 WRONG_FIELD_COUNT'],
      [MAX_RECORD_BYTES + 1, '2 RECORD_TOO_LARGE'],
      [5 * MAX_RECORD_BYTES, '2 RECORD_TOO_LARGE'],
    ] as const) {
      for (const cut of cuts) {
        const outcome = await score(`n,x\n${','.repeat(separators)}\n1,a\n`, cut);
        assert.deepEqual(failures(outcome), [expected]);
        assert.equal(outcome.rows, 2);
      }
    }
  });

  it('costs its line and no more, though each line opens a quote', { timeout: 60_000 }, async () => {
    for (const end of ['\n', '\r']) {
      const lines = 250_000;
      const outcome = await score(`n,x${end}${`a",x,"${end}`.repeat(lines)}`);
      assert.equal(outcome.failed, lines);
    }
  });

  it('ends at a CR, wherever the bytes at hand end', async () => {
    for (const [bytes, end] of [
      [2 * MAX_RECORD_BYTES, '\r'],
      [2 * MAX_RECORD_BYTES, '\r\n'],
      [3 * MAX_RECORD_BYTES, '\r'],
      [5 * MAX_RECORD_BYTES, '\r'],
    ] as const) {
      const document = Buffer.from(`n\r${digits(bytes - 1)}${end}2\rx\r`);
      for (const pieceBytes of [65_536, MAX_RECORD_BYTES, 3 * MAX_RECORD_BYTES]) {
        const pieces = [2, ...Array.from({ length: 100 }, () => pieceBytes)].values();
        const cut = { ...WHOLE, pieceBytes: () => pieces.next().value ?? pieceBytes };
        const outcome = await score(document, cut);
        assert.deepEqual(
          failures(outcome),
          ['2 RECORD_TOO_LARGE', '4 INVALID_VALUE'],
          `${bytes} ${pieceBytes}`,
        );
        assert.match(outcome.predictions, /^n,label\r2,[ab]\r$/);
      }
    }
  });

  it('of 100 MB does not end the rest', async () => {
    const outcome = await score(
      Buffer.concat([Buffer.from('n\n1\n'), Buffer.alloc(100_000_000, 'x'), Buffer.from('\n2\n')]),
    );
    assert.deepEqual(failures(outcome), ['3 RECORD_TOO_LARGE']);
    assert.match(outcome.predictions, /^n,label\n1,[ab]\n2,[ab]\n$/);
  });
});

describe('a document', () => {
  for (const [why, document, code] of [
    ['that is empty', '', 'EMPTY_FILE'],
    ['of blank lines', '\n\n', 'EMPTY_FILE'],
    ['of UTF-16', Buffer.from('\ufeffn\n1\n', 'utf16le'), 'INVALID_ENCODING'],
    ['whose header has an open quote', '"n\n1\n', 'INVALID_HEADER'],
    ['whose header lacks the column', 'm\n1\n', 'MISSING_COLUMN'],
    ['whose header names the column twice', 'n,n\n1,2\n', 'INVALID_HEADER'],
  ] as const) {
    it(`${why} fails as a whole: ${code}`, async () => {
      const model = models[4]?.model;
      assert.ok(model !== undefined);
      assert.equal(await runEngine(Buffer.from(document), model, WHOLE), code);
    });
  }

  it('of a header alone gives a header', async () => {
    for (const header of ['n', 'n\n', '\ufeffn\n']) {
      const outcome = await score(header);
      assert.equal(outcome.rows, 0);
      assert.match(outcome.predictions, /^(?:ï»¿)?n,label\n$/);
    }
  });

  it('of 100,000 columns is scored', async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => (index === 77_777 ? 'n' : `c${index}`));
    const row = names.map((_, index) => index);
    const outcome = await score(`${names.join(',')}\n${row.join(',')}\n${row.slice(1).join(',')}\n`);
    assert.deepEqual(failures(outcome), ['3 WRONG_FIELD_COUNT']);
    assert.equal(outcome.rows, 2);
  });
});
