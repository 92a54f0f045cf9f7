// The commands that need no server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { runCli } from './served.ts';

const flights = join(import.meta.dirname, '../../samples/flights.csv');

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-cli-'));
});
after(() => rm(dir, { recursive: true, force: true }));

describe('scorestream', () => {
  for (const [words, says] of [
    [['--help'], 'serve [--model DIR|FILE.onnx] [--data DIR]'],
    [['serve', '--help'], '--score-port N'],
    [['score', '--help'], '-o, --output DIR'],
    [['publish', '-h'], '--data DIR'],
    [['pull', '--help'], '--limit N'],
  ] as const) {
    it(`${words.join(' ')} explains`, async () => {
      const { code, stdout } = await runCli(words);
      assert.equal(code, 0);
      assert.ok(stdout.includes(says), stdout);
    });
  }

  for (const [words, says] of [
    [['scoer'], 'There is no command "scoer": did you mean score?'],
    [['score', 'x.csv', '--outptu', 'y'], 'score has no flag "--outptu": did you mean --output?'],
    [['score'], 'The CSV is empty: expected a header line.'],
    [['pull', 'preditcions'], 'There is no topic "preditcions": did you mean predictions?'],
    [['pull', 'features', '--limit', '0'], '--limit is "0": expected a number of messages.'],
    [['publish', 'feature', 'x.json'], 'There is no topic "feature": did you mean features?'],
    [
      ['publish', 'features', 'x.txt'],
      '"x.txt" is no file to publish: expected a name that ends in .json, .ndjson or .csv',
    ],
    [['score', 'x.csv', '--model', 'model.pkl'], 'model.pkl is no ONNX file: export the model first'],
    [['model', 'init', 'model.cbm'], 'model.cbm is no ONNX file: export the model first'],
    [['model', 'init', 'model'], 'model is no model file: expected a name that ends in .onnx.'],
    [['publish', 'features', '/nowhere/x.json'], "/nowhere/x.json can't be read"],
    [['score', '/nowhere/x.csv', '-o', '/tmp/never'], 'is not there'],
  ] as const) {
    it(`${words.join(' ')} says what is wrong and exits with 1`, async () => {
      const { code, stderr } = await runCli(words, { LOCAL_DATA_DIR: dir });
      assert.equal(code, 1);
      assert.ok(stderr.includes(says), stderr);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    });
  }
});

describe('scorestream score', () => {
  it('writes the three files of a job, again as often as asked', async () => {
    const out = join(dir, 'out');
    for (let times = 0; times < 2; times += 1) {
      const { code, stdout } = await runCli(['score', flights, '-o', out]);
      assert.equal(code, 0);
      assert.match(stdout, /^3 rows scored, 1 failed: /);
    }
    assert.deepEqual((await readdir(out)).sort(), ['errors.csv', 'job.json', 'predictions.csv']);
  });

  it('writes the same predictions to standard output, and what failed to standard error', async () => {
    const { code, stdout, stderr } = await runCli(['score', flights, '-o', '-']);
    assert.equal(code, 0);
    assert.equal(stdout, await readFile(join(dir, 'out/predictions.csv'), 'utf8'));
    assert.match(stderr, /^5,OPERA,UNKNOWN_CATEGORY,.*\n3 rows scored, 1 failed\.\n$/);
  });

  it('writes beside the file, under its name, when nothing else is said', async () => {
    const file = join(dir, 'day.csv');
    await writeFile(file, await readFile(flights));
    assert.equal((await runCli(['score', file])).code, 0);
    assert.equal((await readdir(join(dir, 'day'))).length, 3);
  });

  it('ends quietly when whoever reads its output leaves', async () => {
    const file = join(dir, 'many.csv');
    await writeFile(file, `OPERA,TIPOVUELO,MES\n${'K.L.M.,I,1\n'.repeat(50_000)}`);
    const command = `"${process.execPath}" cli/main.ts score "${file}" -o - | head -1`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], {
      cwd: join(import.meta.dirname, '../..'),
    });
    assert.equal(stdout, 'OPERA,TIPOVUELO,MES,label,probability\n');
    assert.doesNotMatch(stderr, /EPIPE/);
  });

  it('exits with 1 for a file that fails as a whole, and says why', async () => {
    const file = join(dir, 'headless.csv');
    await writeFile(file, 'Grupo LATAM,I,7\n');
    const { code, stderr } = await runCli(['score', file]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /headless\.csv failed as a whole: The CSV header lacks the columns "OPERA", .*\(MISSING_COLUMN\)\n$/,
    );
  });
});

describe('scorestream publish and pull', () => {
  for (const [name, content, data] of [
    ['one.json', '{"instances":[]}', ['{"instances":[]}']],
    ['lines.ndjson', '{"a":1}\n\n{"a":2}\r\n', ['{"a":1}', '{"a":2}']],
    ['rows.csv', 'a,b\n1,"x\ny"\n2,z\n', ['a,b\n1,"x\ny"', 'a,b\n2,z']],
  ] as const) {
    it(`hand on ${name} as ${data.length} message(s), byte for byte`, async () => {
      const [path, store] = [join(dir, name), join(dir, `data-${name}`)];
      await writeFile(path, content);
      const { stdout } = await runCli(['publish', 'features', path, '--data', store]);
      assert.equal(
        stdout,
        `Published ${data.length} ${data.length === 1 ? 'message' : 'messages'} to features.\n`,
      );
      const pulled = await runCli(['pull', 'features', '--data', store]);
      assert.equal(pulled.stdout, data.map((text) => `${text}\n`).join(''));
    });
  }
});
