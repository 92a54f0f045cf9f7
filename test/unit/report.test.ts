import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { escapeHtml } from '../../cli/report/html.ts';
import { toReportHtml } from '../../cli/report/report.ts';
import { createTally } from '../../src/batch/tally.ts';
import { noPredictions, type OutputKind, type Predictions } from '../../src/model/predictions.ts';
import { HOSTILE, textOf, toNodes } from './markup.ts';
import { toReportData } from './report-cases.ts';

/** Text of a page between tags, as a reader sees it. */
const seen = (page: string): string => textOf(page).replace(/\s+/g, ' ');

describe('escaping', () => {
  it('leaves no text a way to become markup, and loses nothing that can be shown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeHtml(text);
        assert.doesNotMatch(escaped, /[<>"']|&(?!(amp|lt|gt|quot|#39);)|\p{Cc}/u);
        const plain = text.toWellFormed().replace(/[\p{Cc}\ufffe\uffff]/gu, '?');
        assert.equal(
          textOf(`<p>${escaped}</p>`).replace(/[\u2400-\u2421\ufffd]/g, '?'),
          plain.replace(/[\u2400-\u2421\ufffd]/g, '?'),
        );
      }),
    );
  });

  it('shows control characters by their pictures', () => {
    assert.equal(escapeHtml('a\0\r\n\u001b[31m\u007f\u0085'), 'a\u2400\u240d\u240a\u241b[31m\u2421\ufffd');
  });
});

describe('a report', () => {
  it('has every number of its inputs and totals', () => {
    const page = seen(toReportHtml(toReportData()));
    for (const text of [
      ...[
        'files3',
        'rows scored12,345',
        'rows failed78',
        'time4.5 s',
        'rows a second2,761',
        'MB a second1.2',
      ],
      ...['jan.csvsucceeded10,000701.50out/jan', 'feb.csvstopped2,34581.50out/feb'],
      'mar.csvfailedThe header lacks the column "MES".001.50out/mar',
      ...['modelflight-delay 1', 'digest9a08cdc4bf3a', 'model from/models/flight-delay', '--workers2'],
      ...['begun2026-01-02T03:04:05.000Z', 'ended2026-01-02T03:04:09.500Z'],
    ]) {
      assert.ok(page.includes(text), `${text} in ${page}`);
    }
  });

  it('has every bin, label, code, column and example of its tally', () => {
    const tally = createTally('a.csv');
    const kind: OutputKind = { kind: 'probabilities', classes: ['no', 'yes'], everyClass: false };
    const probability = Float32Array.from({ length: 1000 }, (_, index) => index / 1000);
    const labels = Array.from(probability, (_, index) => (index < 700 ? 'no' : 'yes'));
    tally.scored({ ...noPredictions(kind), rows: 1000, labels, probability });
    for (let line = 2; line < 2000; line += 1) {
      tally.failed(line, {
        row: line,
        problems: [{ code: 'OUT_OF_RANGE', column: 'MES', expected: '1 to 12', got: '13' }],
      });
    }
    const page = toReportHtml(toReportData({ tally: tally.result() }));
    const text = seen(page);
    assert.equal(page.match(/<rect /g)?.length, 20);
    assert.ok(page.includes('<title>0.95 to 1: 50</title>'), page);
    assert.match(text, /no70070\.0%/);
    assert.match(text, /yes30030\.0%/);
    assert.match(
      text,
      /OUT_OF_RANGE1,998a\.csv, line 2: column "MES": expected 1 to 12, got 13a\.csv, line 3: /,
    );
    assert.match(text, /MES1,998/);
    assert.doesNotMatch(text, /line 5:/);
  });

  const kinds: readonly (readonly [title: string, predictions: Predictions, says: string])[] = [
    [
      'scores, in bins as wide as a power of two',
      {
        ...noPredictions({ kind: 'scores', classes: [0, 1], signed: true }),
        ...{ rows: 3, labels: [0, 1, 1], score: Float32Array.of(-3.5, 0, 12) },
      },
      'Rows by score, from -3.5 to 12',
    ],
    [
      'one value for all rows',
      { ...noPredictions({ kind: 'values', targets: ['t'] }), rows: 2, values: Float32Array.of(0.1, 0.1) },
      'All 2 rows have 0.1.',
    ],
    [
      'values that are no numbers',
      { ...noPredictions({ kind: 'values', targets: ['t'] }), rows: 1, values: Float32Array.of(Number.NaN) },
      'No row has a number for value.1 rows have no number',
    ],
    [
      'anomalies without scores',
      { ...noPredictions({ kind: 'anomaly' }), rows: 2, labels: [-1, 1] },
      'No row has a number for score.',
    ],
    [
      'labels alone, the first 20 and the others',
      {
        ...noPredictions({ kind: 'label' }),
        ...{ rows: 25, labels: Array.from({ length: 25 }, (_, index) => index) },
      },
      '5 other labels520.0%',
    ],
  ];
  for (const [title, predictions, says] of kinds) {
    it(`shows ${title}`, () => {
      const tally = createTally('a.csv');
      tally.scored(predictions);
      const page = toReportHtml(toReportData({ tally: tally.result() }));
      toNodes(page);
      assert.ok(seen(page).includes(says), seen(page));
    });
  }

  it('is well-formed and made of the same elements, whatever names and messages hold', () => {
    const shape = (text: string): readonly string[] =>
      toNodes(toReportHtml(toReportData({ text }))).map(({ tag, attributes }) => `${tag} ${attributes}`);
    const plain = shape('plain');
    for (const text of HOSTILE) assert.deepEqual(shape(text), plain, text);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        assert.deepEqual(shape(text), plain);
      }),
    );
  });

  it('needs no script and nothing from elsewhere', () => {
    const nodes = toNodes(toReportHtml(toReportData({ text: HOSTILE.join(' ') })));
    assert.deepEqual(
      nodes.filter(({ tag }) => ['script', 'img', 'iframe', 'object', 'embed', 'a', 'form'].includes(tag)),
      [],
    );
    assert.ok(
      nodes.every(({ attributes }) => !attributes.some((name) => name.startsWith('on') || name === 'src')),
    );
  });
});
