import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { toStem } from '../../cli/csv-names.ts';
import type { FoundInputs, ScoreInput } from '../../cli/score-input.ts';
import { assignOutputs } from '../../cli/score-outputs.ts';

const leftOut = { hidden: 0, outputs: 0 };

function found(relatives: readonly string[], more: Partial<FoundInputs & ScoreInput> = {}): FoundInputs {
  const { isSingle = false, isNamed = false, isPipe = false, uri = '/in/' } = more;
  const inputs = relatives.map((relative) => ({
    uri: uri + relative,
    name: relative,
    relative,
    isNamed,
    isPipe,
  }));
  return { inputs, leftOut, isSingle };
}

const outputsOf = (some: FoundInputs, output?: string): readonly string[] =>
  assignOutputs(some, output).tasks.map((task) => task.output);

describe('the name of a folder of results', () => {
  for (const [name, stem] of [
    ['a.csv', 'a'],
    ['a.CSV.GZ', 'a'],
    ['jan/a.b.csv', 'jan/a.b'],
    ['a.txt', 'a.txt.scored'],
    ['a', 'a.scored'],
    ['.csv', '.csv.scored'],
    ['..csv', '..csv.scored'],
    ['x/...csv', 'x/...csv.scored'],
    ['....csv', '...'],
  ] as const) {
    it(`is ${stem} for ${name}`, () => assert.equal(toStem(name), stem));
  }
});

describe('results', () => {
  it('of one file go into the folder itself', () => {
    assert.deepEqual(outputsOf(found(['a.csv'], { isSingle: true }), 'out'), [resolve('out')]);
    assert.deepEqual(outputsOf(found(['a.csv'], { isSingle: true }), 'gs://b/out/'), ['gs://b/out']);
  });

  it('of several go into folders below it, and so does the one that a folder has', () => {
    const expected = [join(resolve('out'), 'a'), join(resolve('out'), 'jan/x')];
    assert.deepEqual(outputsOf(found(['a.csv', 'jan/x.csv.gz']), 'out'), expected);
    assert.deepEqual(outputsOf(found(['a.csv']), 'out'), expected.slice(0, 1));
    assert.deepEqual(outputsOf(found(['jan/x.csv']), 'gs://b/out//'), ['gs://b/out/jan/x']);
  });

  it('go beside the input, or to standard output for standard input, when nothing is said', () => {
    assert.deepEqual(outputsOf(found(['a.csv', 'jan/x.csv'])), ['/in/a', '/in/jan/x']);
    assert.deepEqual(outputsOf(found(['-'], { isSingle: true, isPipe: true, uri: '' })), ['-']);
    assert.deepEqual(outputsOf(found(['x.csv'], { uri: 'gs://b/' })), ['gs://b/x']);
  });

  it('never leave the folder, whatever an object is called', () => {
    const root = resolve('out');
    for (const name of ['a/../b.csv', 'x/...csv', '/abs.csv', '//x.csv', '..csv', 'a/..\\..\\c.csv']) {
      for (const output of outputsOf(found([name]), 'out')) {
        assert.ok(output.startsWith(join(root, '/')), `${name} goes to ${output}`);
      }
    }
    for (const name of ['../x.csv', 'a/../../x.csv', '../../out2/x.csv']) {
      assert.throws(
        () => outputsOf(found([name]), 'out'),
        /can't go below out: its name would lead out of it/,
      );
    }
  });

  it('that a run left unfinished are no inputs', () => {
    const { tasks, leftOut: left } = assignOutputs(found(['day.csv', 'day/predictions.csv']), undefined);
    assert.deepEqual([tasks.length, left], [1, { hidden: 0, outputs: 1 }]);
  });

  for (const [title, some, output, says] of [
    [
      'two inputs for one folder',
      found(['x.csv', 'x.csv.gz']),
      'out',
      'The results of x.csv and x.csv.gz would both go to out/x: name the folder above them, or score one at a time.',
    ],
    [
      'results that would replace an input',
      found(['predictions.csv'], { isSingle: true, isNamed: true }),
      '/in',
      'The results of predictions.csv would replace the input /in/predictions.csv: name another folder with -o.',
    ],
    [
      'several for standard output',
      found(['a.csv', 'b.csv']),
      '-',
      "-o - takes one input, there are 2: their columns may differ, so they can't follow each other. Name a folder.",
    ],
    [
      'a file',
      found(['a.csv'], { isSingle: true }),
      'out.csv',
      '-o takes a folder, got out.csv: results are several files. For one, use -o - > out.csv.',
    ],
    ['nothing', found(['a.csv']), '', '-o is empty: expected a folder, or - for standard output.'],
  ] as const) {
    it(`are refused: ${title}`, () => {
      assert.throws(() => assignOutputs(some, output), { code: 'USAGE', message: says });
    });
  }
});
