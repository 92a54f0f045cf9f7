// What the page's script finds in a scored CSV document is what the server says of it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runInThisContext } from 'node:vm';
import fc from 'fast-check';
import { CSV } from '../../functions/http/page/browser/csv.ts';
import { predictCsv } from '../../functions/http/predict-csv.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import type { Model } from '../../src/model/model.ts';
import type { OutputKind } from '../../src/model/predictions.ts';
import { loadModel } from '../../src/model/source.ts';
import { SHIPPED } from '../integration/page-server.ts';
import { toPredictTask } from '../predict-task.ts';

interface Found {
  readonly rows: number;
  readonly failures: number;
  readonly failed: readonly { readonly row: number; readonly message: string; readonly text: string }[];
}

const readScored = runInThisContext(`(() => {${CSV} return readScored; })()`) as (
  text: string,
  output: OutputKind,
) => Found;

let model: Model;
before(async () => {
  model = await loadModel(createLocalStorage(), SHIPPED);
});
after(() => model.release());

/** What the page finds: rows, and those that failed as they came, counted from 1. */
async function find(
  document: string,
): Promise<{ rows: number; failed: readonly (readonly [number, string])[] }> {
  const { body } = await predictCsv(model, toPredictTask('csv', document, 'on_error=partial'));
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  const { rows, failures, failed } = readScored(
    new TextDecoder().decode(Buffer.concat(pieces)),
    model.output,
  );
  assert.equal(failed.length, Math.min(failures, 20));
  for (const { message } of failed) assert.match(message, /^(column "|expected )/);
  return { rows, failed: failed.map(({ row, text }) => [row, text] as const) };
}

const GOOD = 'Iberia,I,7,a';

describe('the page finds the rows that failed in', () => {
  for (const [title, document, rows, failed] of [
    ['a document without any', `OPERA,TIPOVUELO,MES,note\n${GOOD}\n`, 1, []],
    ['a header alone', 'OPERA,TIPOVUELO,MES,note\n', 0, []],
    [
      'a document with CRLF',
      `OPERA,TIPOVUELO,MES,note\r\n${GOOD}\r\nIberia,I,13,a\r\n`,
      2,
      [[2, 'Iberia,I,13,a']],
    ],
    ['a document with CR', `OPERA,TIPOVUELO,MES,note\rIberia,I,13,a\r${GOOD}\r`, 2, [[1, 'Iberia,I,13,a']]],
    [
      'a document with semicolons',
      'sep=;\nOPERA;TIPOVUELO;MES\nIberia;I;"x;y"\n',
      1,
      [[1, 'Iberia;I;"x;y"']],
    ],
    [
      'a document with line ends in fields',
      'OPERA,TIPOVUELO,MES,"no\nte"\nIberia,I,7,"a\n\nb"\nIberia,X,7,"a\nb"\n',
      2,
      [[2, 'Iberia,X,7,"a\nb"']],
    ],
    [
      'a document with quotes in fields',
      'OPERA,TIPOVUELO,MES,note\nIberia,I,7,"a ""b"", c"\nIberia,I,7,a "b", c\n',
      2,
      [[2, 'Iberia,I,7,a "b", c']],
    ],
    [
      'a document with an open quote',
      `OPERA,TIPOVUELO,MES,note\n"Iberia,I,7,a\n${GOOD}\n`,
      2,
      [[1, '"Iberia,I,7,a']],
    ],
    [
      'a document with text after a quote',
      `OPERA,TIPOVUELO,MES,note\n"Iberia"x,I,7,a\n${GOOD}\n`,
      2,
      [[1, '"Iberia"x,I,7,a']],
    ],
    [
      'a document that has an error of its own',
      'error,OPERA,TIPOVUELO,MES\nno,Iberia,I,7\nyes,Iberia,I,0\n',
      2,
      [[2, 'yes,Iberia,I,0']],
    ],
    ['a document without a line end', 'OPERA,TIPOVUELO,MES,note\nIberia,I,0,a', 1, [[1, 'Iberia,I,0,a']]],
  ] as const) {
    it(title, async () => {
      assert.deepEqual(await find(document), { rows, failed });
    });
  }

  it('any document that is quoted as it should be', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'é') });
    const row = fc.record({ month: fc.constantFrom('1', '12', '13', 'x,"'), note: field });
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
        const lines = rows.map(({ month, note }) => `Iberia,I,${quote(month)},${quote(note)}`);
        const found = await find(`OPERA,TIPOVUELO,MES,note\n${lines.map((line) => `${line}\n`).join('')}`);
        const failed = rows.flatMap(({ month }, index) =>
          month === '13' || month.startsWith('x') ? [[index + 1, lines[index] ?? ''] as const] : [],
        );
        assert.deepEqual(found, { rows: rows.length, failed });
      }),
    );
  });
});
