import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRangeCounter, createUnitCounter, mergeHistograms } from '../../src/batch/histogram.ts';
import { createTally, mergeTallies, type Tally } from '../../src/batch/tally.ts';
import type { ErrorCode, FieldProblem, RowFailure } from '../../src/errors.ts';
import { noPredictions, type Predictions } from '../../src/model/predictions.ts';

const floats = fc.array(fc.float(), { maxLength: 60 });
const narrow = fc.array(fc.float({ min: -3, max: 5, noNaN: true }), { maxLength: 60 });

/** What a histogram is by its definition, from all values at once. */
function naive(values: readonly number[]) {
  const finite = values.filter(Number.isFinite).map((value) => value + 0);
  const notFinite = values.length - finite.length;
  const counts = Array.from({ length: 20 }, () => 0);
  if (finite.length === 0) return { exponent: -149, first: 0, counts, min: 0, max: 0, notFinite };
  const [min, max] = [Math.min(...finite), Math.max(...finite)];
  let exponent = -149;
  const binOf = (value: number): number => Math.floor(value / 2 ** exponent);
  while (binOf(max) - binOf(min) >= 20) exponent += 1;
  for (const value of finite) {
    const bin = binOf(value) - binOf(min);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { exponent, first: binOf(min), counts, min, max, notFinite };
}

describe('a histogram of values whose range is not known', () => {
  it('is what all values at once would give, in whatever pieces and order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(floats, narrow), { maxLength: 6 }), (pieces) => {
        const counter = createRangeCounter('score');
        for (const piece of pieces) counter.add(Float32Array.from(piece), 0, 1);
        assert.deepEqual(counter.result(), { name: 'score', ...naive(pieces.flat()) });
        const reversed = createRangeCounter('score');
        reversed.add(Float32Array.from(pieces.flat().toReversed()), 0, 1);
        assert.deepEqual(reversed.result(), counter.result());
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same when parts are merged', () => {
    fc.assert(
      fc.property(fc.oneof(floats, narrow), fc.oneof(floats, narrow), (one, other) => {
        const [a, b] = [createRangeCounter('score'), createRangeCounter('score')];
        a.add(Float32Array.from(one), 0, 1);
        b.add(Float32Array.from(other), 0, 1);
        const merged = { name: 'score', ...naive([...one, ...other]) };
        assert.deepEqual(mergeHistograms(a.result(), b.result()), merged);
        assert.deepEqual(mergeHistograms(b.result(), a.result()), merged);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes the column of a matrix that it is told', () => {
    const counter = createRangeCounter('second');
    counter.add(Float32Array.of(1, 10, 2, 20, 3, 30), 1, 2);
    const { min, max, counts } = counter.result();
    assert.deepEqual([min, max, counts.reduce((sum, count) => sum + count)], [10, 30, 3]);
  });
});

describe('a histogram of probabilities', () => {
  it('parts 0 to 1 into 20 bins, 1 in the last one', () => {
    const counter = createUnitCounter('probability');
    counter.add(Float32Array.of(0, 0.04, 0.05, 0.5, 0.99, 1, Number.NaN), 0, 1);
    const { counts, min, max, notFinite } = counter.result();
    const filled = counts.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []));
    assert.deepEqual(filled, [
      [0, 2],
      [1, 1],
      [10, 1],
      [19, 2],
    ]);
    assert.deepEqual([min, max, notFinite], [0, 1, 1]);
  });
});

describe('the bounds of the bins of probabilities', () => {
  it('belong to the bins that they begin', () => {
    const counter = createUnitCounter('probability');
    counter.add(
      Float32Array.from({ length: 1000 }, (_, index) => index / 1000),
      0,
      1,
    );
    assert.deepEqual(new Set(counter.result().counts), new Set([50]));
  });
});

const kind = { kind: 'probabilities', classes: ['no', 'yes'], everyClass: false } as const;
const rows = fc.array(fc.record({ yes: fc.boolean(), p: fc.float({ min: 0, max: 1, noNaN: true }) }), {
  maxLength: 20,
});
const problem: fc.Arbitrary<FieldProblem> = fc.record({
  code: fc.constantFrom<ErrorCode>('OUT_OF_RANGE', 'MISSING_VALUE', 'WRONG_FIELD_COUNT'),
  column: fc.constantFrom('MES', 'OPERA', '__proto__'),
  expected: fc.constant('1 to 12'),
  got: fc.constantFrom('13', '14'),
});
const failures = fc.array(fc.array(problem, { minLength: 1, maxLength: 3 }), { maxLength: 12 });
type Piece = {
  readonly good: readonly { yes: boolean; p: number }[];
  readonly bad: readonly FieldProblem[][];
};
const pieces: fc.Arbitrary<Piece[]> = fc.array(fc.record({ good: rows, bad: failures }), { maxLength: 4 });

function toPredictions(good: Piece['good']): Predictions {
  return {
    ...noPredictions(kind),
    rows: good.length,
    labels: good.map(({ yes }) => (yes ? 'yes' : 'no')),
    probability: Float32Array.from(good, ({ p }) => p),
  };
}

function tallyOf(some: readonly Piece[], firstLine: number): Tally {
  const tally = createTally('a.csv');
  let line = firstLine;
  for (const { good, bad } of some) {
    tally.scored(toPredictions(good));
    for (const problems of bad) tally.failed(line++, { row: 0, problems } as unknown as RowFailure);
  }
  return tally.result();
}

describe('a tally', () => {
  it('counts what a naive count of all rows gives', () => {
    fc.assert(
      fc.property(pieces, (some) => {
        const { scored, failed, labels, codes, columns, histograms } = tallyOf(some, 2);
        const [good, bad] = [some.flatMap((each) => each.good), some.flatMap((each) => each.bad)];
        assert.deepEqual([scored, failed], [good.length, bad.length]);
        for (const { label, rows: count } of labels) {
          assert.equal(count, good.filter(({ yes }) => (yes ? 'yes' : 'no') === label).length);
        }
        for (const [groups, of] of [
          [codes, (each: FieldProblem) => each.code],
          [columns, (each: FieldProblem) => each.column],
        ] as const) {
          const names = new Set(bad.flat().map(of));
          assert.deepEqual(new Set(groups.map(({ name }) => name)), names);
          for (const { name, rows: count, examples } of groups) {
            const lines = bad.flatMap((each, index) =>
              each.some((one) => of(one) === name) ? [index + 2] : [],
            );
            assert.equal(count, lines.length);
            assert.deepEqual(
              examples.map(({ line }) => line),
              lines.slice(0, 3),
            );
          }
        }
        const total = histograms[0]?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
        assert.equal(total, good.length);
      }),
    );
  });

  it('is the same when it is made in two parts and merged, either way round', () => {
    fc.assert(
      fc.property(pieces, pieces, (one, other) => {
        const secondLine = 2 + one.flatMap(({ bad }) => bad).length;
        const [a, b] = [tallyOf(one, 2), tallyOf(other, secondLine)];
        const whole = tallyOf([...one, ...other], 2);
        assert.deepEqual(mergeTallies(a, b), whole);
        assert.deepEqual(mergeTallies(b, a), whole);
        assert.deepEqual(structuredClone(whole), whole, 'it passes between threads');
        assert.deepEqual(JSON.parse(JSON.stringify(whole)), whole);
      }),
    );
  });

  it('tells 10,000 labels apart and counts the rest together', () => {
    const tally = createTally('a.csv');
    const labels = Array.from({ length: 10_010 }, (_, index) => `label ${index}`);
    tally.scored({ ...noPredictions({ kind: 'label' }), rows: labels.length, labels });
    const result = tally.result();
    assert.deepEqual([result.labels.length, result.otherLabels, result.histograms], [10_000, 10, []]);
    const merged = mergeTallies(result, result);
    assert.deepEqual([merged.labels.length, merged.otherLabels], [10_000, 20]);
  });

  it('has a histogram of each of the first 8 targets of a regression', () => {
    const targets = Array.from({ length: 10 }, (_, index) => `t${index}`);
    const tally = createTally('a.csv');
    const values = Float32Array.from({ length: 20 }, (_, index) => index);
    tally.scored({ ...noPredictions({ kind: 'values', targets }), rows: 2, values });
    const { histograms } = tally.result();
    assert.deepEqual(
      histograms.map(({ name, min, max }) => [name, min, max]),
      targets.slice(0, 8).map((name, index) => [name, index, index + 10]),
    );
  });
});
