import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { toLeftOutText } from '../../cli/score-input.ts';
import { findInputs } from '../../cli/score-inputs.ts';
import { ScorerError } from '../../src/errors.ts';
import type { ObjectInfo, Storage } from '../../src/ports/storage.ts';

/** Objects of a bucket, by name. */
function bucketOf(...names: readonly string[]): Storage {
  const objects = names.toSorted().map(
    (name): ObjectInfo => ({
      ...{ uri: `gs://bucket/${name}`, generation: '1', size: name.length, metadata: {} },
    }),
  );
  const fake: Pick<Storage, 'list' | 'stat'> = {
    async *list(prefix) {
      yield* objects.filter(({ uri }) => uri.startsWith(prefix));
    },
    async stat(uri) {
      const object = objects.find((each) => each.uri === uri);
      if (object === undefined) throw new ScorerError(`No ${uri}.`, { code: 'OBJECT_NOT_FOUND' });
      return object;
    },
  };
  return fake as Storage; // finding inputs reads and writes nothing
}

const never = new AbortController().signal;
const find = (words: readonly string[], storage = bucketOf(), isPiped = false) =>
  findInputs(words, { storage, isPiped }, never);

let dir = '';
const FILES = [
  'a.csv',
  'jan/x.csv',
  'jan/Y.CSV',
  'jan/deep/z.csv.gz',
  'feb/x.csv',
  'feb/.hidden.csv',
  '.cache/c.csv',
  'done/predictions.csv',
  'done/errors.csv',
  'done/job.json',
  'mine/predictions.csv',
  'odd/ä ö%20#1.csv',
  'odd/day[1].csv',
  'odd/-x.csv',
  'other/table.xlsx',
  'other/notes.txt',
];
before(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'scorestream-inputs-')));
  for (const name of FILES) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), 'a,b\n');
  }
  await mkdir(join(dir, 'linked'));
  await symlink('../a.csv', join(dir, 'linked/b.csv'));
  await symlink('../jan', join(dir, 'linked/folder.csv'));
});
after(() => rm(dir, { recursive: true, force: true }));

describe('inputs on this machine', () => {
  for (const [word, relatives] of [
    ['a.csv', ['a.csv']],
    ['jan/x.csv', ['x.csv']],
    ['odd/ä ö%20#1.csv', ['ä ö%20#1.csv']],
    ['odd/day[1].csv', ['day[1].csv']],
    ['jan/../jan/x.csv', ['x.csv']],
    ['other/notes.txt', ['notes.txt']],
    ['done/predictions.csv', ['predictions.csv']],
    ['jan', ['Y.CSV', 'deep/z.csv.gz', 'x.csv']],
    ['jan/', ['Y.CSV', 'deep/z.csv.gz', 'x.csv']],
    ['linked', ['b.csv']],
    ['mine', ['predictions.csv']],
    ['*.csv', ['a.csv']],
    ['{jan,feb}/*.csv', ['feb/x.csv', 'jan/x.csv']],
    ['j*/**/*.csv*', ['jan/deep/z.csv.gz', 'jan/x.csv']],
    ['jan/?.csv', ['x.csv']],
    ['jan/../feb/*.csv', ['x.csv']],
    ['other/*.txt', ['notes.txt']],
  ] as const) {
    it(`${word} names ${relatives.join(', ')}`, async () => {
      const { inputs } = await find([`${dir}/${word}`]);
      assert.deepEqual(
        inputs.map(({ relative }) => relative),
        relatives,
      );
      assert.ok(inputs.every(({ uri }) => uri.startsWith(dir)));
      assert.ok(inputs.every(({ size }) => size === 4));
    });
  }

  it('a folder leaves out what is hidden and what scoring wrote, and counts it', async () => {
    const all = await find([dir]);
    assert.deepEqual(all.leftOut, { hidden: 1, outputs: 2 });
    assert.equal(toLeftOutText(all.leftOut), '2 results of earlier scoring and 1 hidden file');
    const names = all.inputs.map(({ relative }) => relative);
    assert.ok(names.includes('mine/predictions.csv') && !names.includes('done/predictions.csv'));
    assert.deepEqual(names, names.toSorted());
  });

  it('a link to nothing is told, not passed over', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scorestream-link-'));
    await symlink('nowhere', join(folder, 'broken.csv'));
    await assert.rejects(find([folder]), /broken\.csv can't be read: it is a link to nothing, or gone\.$/);
    await rm(folder, { recursive: true });
  });

  it('a pattern leaves out what scoring wrote', async () => {
    const { inputs, leftOut } = await find([join(dir, '{done,jan}/*.csv')]);
    assert.deepEqual([inputs.length, leftOut], [1, { hidden: 0, outputs: 2 }]);
  });

  for (const [words, says] of [
    [['jan/z.csv'], /jan\/z\.csv is not there: did you mean x\.csv\?$/],
    [['jann'], /jann is not there: did you mean jan\?$/],
    [
      ['odd/something-else'],
      /something-else is not there; .*odd has -x\.csv, day\[1\]\.csv, ä ö%20#1\.csv\.$/,
    ],
    [['nowhere/at/all.csv'], /all\.csv is not there\.$/],
    [['jan/*.cvs'], /Nothing to score matches .*jan\/\*\.cvs; there is Y\.CSV, deep, x\.csv\.$/],
    [
      ['other'],
      /other has no CSV file \(\.csv or \.csv\.gz\) to score; there is (table\.xlsx, notes\.txt|notes\.txt, table\.xlsx)\.$/,
    ],
    [['done'], /done has no CSV file .* to score: 2 results of earlier scoring left out\.$/],
    [['other/table.xlsx'], /table\.xlsx is a spreadsheet, not CSV: save its sheet as CSV\.$/],
    [['other/*'], /table\.xlsx is a spreadsheet, not CSV/],
    [['a.csv', 'jan', './a.csv'], /a\.csv is named twice: by .*a\.csv and by .*\.\/a\.csv\.$/],
    [['jan', 'jan/x.csv'], /x\.csv is named twice: by .*jan and by .*x\.csv\.$/],
  ] as const) {
    it(`${words.join(' ')} is refused: ${says}`, async () => {
      await assert.rejects(find(words.map((word) => `${dir}/${word}`)), (error) => {
        assert.ok(error instanceof ScorerError && error.code === 'USAGE', String(error));
        assert.match(error.message, says);
        return true;
      });
    });
  }
});

describe('standard input', () => {
  it('is what - names, and no word where something is piped', async () => {
    for (const words of [['-'], []]) {
      const { inputs, isSingle } = await find(words, bucketOf(), true);
      assert.deepEqual([inputs[0]?.uri, inputs.length, isSingle], ['-', 1, true]);
    }
  });

  it('is not waited for at a terminal, nor read twice', async () => {
    await assert.rejects(find([]), /score takes a CSV file, a folder, a pattern or a gs:\/\/ URI/);
    await assert.rejects(find(['-', '-']), /standard input is named twice: by - and by -\./);
    await assert.rejects(find(['']), /The name of an input is empty\./);
  });
});

describe('inputs in Cloud Storage', () => {
  const storage = bucketOf(
    ...['top.csv', 'in/a.csv', 'in/b.CSV', 'in/sub/c.csv.gz', 'in/.h.csv', 'in/sub/', 'in/notes.txt'],
    ...['out/predictions.csv', 'out/errors.csv', 'out/job.json', 'odd/day[1].csv', 'odd//e.csv', 'zip/a.zip'],
  );
  for (const [word, relatives, outputs] of [
    ['gs://bucket/in/a.csv', ['a.csv'], 0],
    ['gs://bucket/in/', ['a.csv', 'b.CSV', 'sub/c.csv.gz'], 0],
    ['gs://bucket/in', ['a.csv', 'b.CSV', 'sub/c.csv.gz'], 0],
    ['gs://bucket/in/*.csv', ['a.csv'], 0],
    ['gs://bucket/**/*.csv*', ['in/a.csv', 'in/sub/c.csv.gz', 'odd//e.csv', 'odd/day[1].csv', 'top.csv'], 2],
    ['gs://bucket/odd/day[1].csv', ['day[1].csv'], 0],
  ] as const) {
    it(`${word} names ${relatives.join(', ')}`, async () => {
      const { inputs, leftOut } = await find([word], storage);
      assert.deepEqual(
        inputs.map(({ relative }) => relative),
        relatives,
      );
      assert.equal(leftOut.outputs, outputs);
      assert.ok(inputs.every(({ uri, size }) => size === uri.length - 'gs://bucket/'.length));
    });
  }

  it('a bucket is a folder too', async () => {
    const { inputs, leftOut } = await find(['gs://bucket'], storage);
    assert.deepEqual([inputs.length, leftOut], [6, { hidden: 1, outputs: 2 }]);
  });

  for (const [word, says] of [
    ['gs://bucket/in/c.csv', 'gs://bucket/in/c.csv is not there: did you mean a.csv?'],
    ['gs://bucket/zip/', 'gs://bucket/zip/ has no CSV file (.csv or .csv.gz) to score; there is a.zip.'],
    [
      'gs://bucket/zip/a.zip',
      'gs://bucket/zip/a.zip is an archive, not CSV: unpack it, then score its files.',
    ],
    ['gs://bucket/no/*.csv', 'Nothing to score matches gs://bucket/no/*.csv.'],
    [
      'gs://bucket/out/',
      'gs://bucket/out/ has no CSV file (.csv or .csv.gz) to score: 2 results of earlier scoring left out.',
    ],
  ] as const) {
    it(`${word} is refused`, () => assert.rejects(find([word], storage), { message: says, code: 'USAGE' }));
  }
});
