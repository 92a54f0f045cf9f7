// Several inputs, patterns, pipes and the report of `scorestream score`.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { textOf, toNodes } from '../unit/markup.ts';
import { runCli } from './served.ts';

const MAIN = join(import.meta.dirname, '../../cli/main.ts');
const HEADER = 'OPERA,TIPOVUELO,MES\n';
const GOOD = 'K.L.M.,I,1\n';
const BAD = 'K.L.M.,I,13\n';
const PREDICTED = 'OPERA,TIPOVUELO,MES,label,probability\nK.L.M.,I,1,0,0.2413311\n';

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-files-'));
  await mkdir(join(dir, 'in/février'), { recursive: true });
  await writeFile(join(dir, 'in/a.csv'), HEADER + GOOD);
  await writeFile(join(dir, 'in/février/b <i>.CSV'), HEADER + GOOD + BAD + GOOD);
  await writeFile(join(dir, 'in/-c.csv'), HEADER + GOOD);
  await writeFile(join(dir, 'in/notes.txt'), 'no CSV');
  await writeFile(join(dir, 'in/predictions.csv.partial'), HEADER + GOOD);
  await mkdir(join(dir, 'linked'));
  await writeFile(join(dir, 'linked/predictions.csv'), HEADER + GOOD);
  await symlink(join(dir, 'linked'), join(dir, 'link'));
  await symlink(join(dir, 'linked/predictions.csv'), join(dir, 'link.csv'));
});
after(() => rm(dir, { recursive: true, force: true }));

async function filesBelow(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

const outputs = (folder: string): readonly string[] =>
  ['errors.csv', 'job.json', 'predictions.csv'].map((name) => `${folder}/${name}`);

describe('scorestream score of several files', () => {
  it('gives each file of a folder a folder of its own, below the one that is named', async () => {
    const out = join(dir, 'out');
    const { code, stdout, stderr } = await runCli(['score', join(dir, 'in'), '-o', out]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, `4 rows of 3 files scored, 1 failed: ${out}\n`);
    assert.deepEqual(await filesBelow(out), [...outputs('-c'), ...outputs('a'), ...outputs('février/b <i>')]);
    assert.equal(await readFile(join(out, 'a/predictions.csv'), 'utf8'), PREDICTED);
  });

  it('scores what a pattern matches, and files that are named, beside a dash', async () => {
    const out = join(dir, 'by-pattern');
    const { code, stdout } = await runCli(['score', '-o', out, '--', join(dir, 'in/*.csv')]);
    assert.deepEqual([code, stdout], [0, `2 rows of 2 files scored, 0 failed: ${out}\n`]);
    assert.deepEqual(await filesBelow(out), [...outputs('-c'), ...outputs('a')]);
    const names = join(dir, 'by-name');
    await promisify(execFile)(process.execPath, [MAIN, 'score', '-o', names, '--', '-c.csv', 'a.csv'], {
      cwd: join(dir, 'in'),
    });
    assert.deepEqual(await filesBelow(names), await filesBelow(out));
  });

  it('takes files that are compressed with gzip, named so or not', async () => {
    const folder = join(dir, 'packed');
    await mkdir(folder);
    for (const name of ['a.csv.gz', 'b.csv']) await writeFile(join(folder, name), gzipSync(HEADER + GOOD));
    const out = join(dir, 'unpacked');
    const { code, stdout } = await runCli(['score', folder, '-o', out]);
    assert.deepEqual([code, stdout], [0, `2 rows of 2 files scored, 0 failed: ${out}\n`]);
    assert.equal(await readFile(join(out, 'a/predictions.csv'), 'utf8'), PREDICTED);
    assert.equal(await readFile(join(out, 'b/predictions.csv'), 'utf8'), PREDICTED);
  });

  it('writes beside the inputs when nothing else is said, and leaves its results out the next time', async () => {
    const folder = join(dir, 'beside');
    await mkdir(folder);
    await writeFile(join(folder, 'a.csv'), HEADER + GOOD);
    await writeFile(join(folder, 'b.csv'), HEADER + GOOD);
    const summary = '2 rows of 2 files scored, 0 failed: beside the inputs\n';
    const first = await runCli(['score', folder]);
    assert.deepEqual([first.stdout, first.stderr], [summary, '']);
    const second = await runCli(['score', folder]);
    assert.deepEqual([second.stdout, second.stderr], [summary, 'Left out: 4 results of earlier scoring.\n']);
  });

  it('goes on after a file that fails as a whole, and exits with 1', async () => {
    const folder = join(dir, 'with-bad');
    await mkdir(folder);
    await writeFile(join(folder, 'a.csv'), 'no,header\n1,2\n');
    await writeFile(join(folder, 'b.csv'), HEADER + GOOD);
    const { code, stdout, stderr } = await runCli(['score', folder, '-o', join(dir, 'bad-out')]);
    assert.equal(code, 1);
    assert.match(stdout, /^1 row of 2 files scored, 0 failed, 1 file as a whole: /);
    assert.match(stderr, /a\.csv failed as a whole: .* \(MISSING_COLUMN\)\n$/);
  });

  for (const [words, says] of [
    [['in', '-o', '-'], /^-o - takes one input, there are 3: /],
    [['in/a.csv', 'in/a.csv'], /in\/a\.csv is named twice: by /],
    [['in/a.csv', 'beside/a.csv', '-o', 'out'], /in\/a\.csv and .*beside\/a\.csv would both go to out\/a: /],
    [['in/a.cvs'], /in\/a\.cvs is not there: did you mean a\.csv\?$/],
    [['in/a.csv', '--report', 'in/a.csv'], /^--report takes the name of a page/],
    [['in/predictions.csv.partial', '-o', 'in'], /^The results of .* would replace the input /],
    [['linked/predictions.csv', '-o', 'link'], /^The results of .* would replace the input /],
    [['link.csv', '-o', 'linked'], /^The results of .*link\.csv would replace the input /],
    [['-', '-o', 'out'], /^The results of standard input go to standard output/],
  ] as const) {
    it(`says what is wrong before it begins: ${words.join(' ')}`, async () => {
      const absolute = words.map((word) => (/^(in|beside|link)/.test(word) ? join(dir, word) : word));
      const { code, stdout, stderr } = await runCli(['score', ...absolute]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr.trimEnd(), says);
      assert.doesNotMatch(stderr.trimEnd(), /\n/);
    });
  }
});

describe('scorestream score in a pipe', () => {
  for (const words of [[], ['-'], ['-', '-o', '-']]) {
    it(`scores standard input to standard output: score ${words.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runCli(['score', ...words], {}, HEADER + GOOD + BAD);
      assert.equal(code, 0);
      assert.equal(stdout, PREDICTED);
      assert.match(stderr, /^3,MES,UNKNOWN_CATEGORY,.*\n1 row scored, 1 failed\.\n$/);
    });
  }

  it('scores a pipe by its name as it does standard input', async () => {
    const command = `"${process.execPath}" "${MAIN}" score <(cat in/a.csv)`;
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { cwd: dir });
    assert.equal(stdout, PREDICTED);
  });

  it('says in a line that standard output is full', { skip: !existsSync('/dev/full') }, async () => {
    const command = `"${process.execPath}" "${MAIN}" score in/a.csv -o - > /dev/full`;
    await assert.rejects(promisify(execFile)('bash', ['-c', command], { cwd: dir }), {
      code: 1,
      stderr: /^Standard output can't be written \(ENOSPC: no space left on device, write\)\.\n$/,
    });
  });

  it('asks for an input where nothing is piped', async () => {
    const command = `"${process.execPath}" "${MAIN}" score < /dev/null`;
    await assert.rejects(promisify(execFile)('bash', ['-c', command]), {
      code: 1,
      stderr: 'score takes a CSV file, a folder, a pattern or a gs:// URI, or a CSV piped into it.\n',
    });
  });
});

describe('scorestream score --report', () => {
  it('writes one page about all files, which nothing in their names can break', async () => {
    const report = join(dir, 'page/report.html');
    const words = ['score', join(dir, 'in'), '-o', join(dir, 'reported'), '--report', report];
    const { code, stderr } = await runCli(words);
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(await readdir(join(dir, 'page')), ['report.html']);
    const page = await readFile(report, 'utf8');
    toNodes(page);
    const text = textOf(page).replace(/\s+/g, ' ');
    for (const part of [
      'files3',
      'rows scored4',
      'rows failed1',
      '04100.0%',
      'modelflight-delay 1',
      '--output',
    ]) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    assert.match(text, /UNKNOWN_CATEGORY1\S*.*b <i>\.CSV, line 3: column "MES": expected 1 to 12, got /);
  });

  it('tells of a file that failed as a whole', async () => {
    const report = join(dir, 'failed.html');
    const words = ['score', join(dir, 'with-bad'), '-o', join(dir, 'bad-out'), '--report', report];
    assert.equal((await runCli(words)).code, 1);
    assert.match(textOf(await readFile(report, 'utf8')), /a\.csvfailed.*\(MISSING_COLUMN\)/);
  });
});
