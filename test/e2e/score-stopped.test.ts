// `scorestream score` stopped by Ctrl-C, and in threads.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { runCli } from './served.ts';

const MAIN = join(import.meta.dirname, '../../cli/main.ts');
const ROWS = 1_000_000;

let dir = '';
let input = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-stopped-'));
  input = join(dir, 'big.csv');
  const rows = Array.from({ length: 1000 }, (_, row) => `${row},K.L.M.,I,${(row % 13) + 1},"a, ""b""\n c"\n`);
  await writeFile(input, `id,OPERA,TIPOVUELO,MES,note\n${rows.join('').repeat(ROWS / 1000)}`);
});
after(() => rm(dir, { recursive: true, force: true }));

const read = (folder: string, name: string): Promise<Buffer> => readFile(join(dir, folder, name));

it('a file that is stopped by Ctrl-C is gone on with by the same command', async () => {
  const words = ['score', input, '-o', join(dir, 'stopped')];
  const first = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  first.stderr.on('data', (chunk) => {
    told += chunk;
  });
  const partial = join(dir, 'stopped/predictions.csv.partial');
  while (!existsSync(partial) || (await stat(partial)).size < 3_000_000) await wait(2);
  first.kill('SIGINT');
  const [code] = await once(first, 'exit');
  assert.notEqual(code, 0);
  assert.match(told, /The same command goes on from there/);
  assert.deepEqual((await readdir(join(dir, 'stopped'))).sort(), [
    'checkpoint.json',
    'errors.csv.partial',
    'predictions.csv.partial',
  ]);
  const second = await runCli(words);
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stderr, /Going on with .*big\.csv where it was stopped: \d+ rows are done\./);
  assert.deepEqual((await readdir(join(dir, 'stopped'))).sort(), [
    'errors.csv',
    'job.json',
    'predictions.csv',
  ]);
});

it('threads give the same bytes, and the report counts all rows', async () => {
  const report = join(dir, 'report.html');
  const whole = await runCli(['score', input, '-o', join(dir, 'one'), '--workers', '1']);
  const cut = await runCli(['score', input, '-o', join(dir, 'two'), '--workers', '2', '--report', report]);
  assert.deepEqual([whole.code, cut.code], [0, 0], whole.stderr + cut.stderr);
  for (const name of ['predictions.csv', 'errors.csv']) {
    assert.ok((await read('one', name)).equals(await read('two', name)), name);
    assert.ok((await read('one', name)).equals(await read('stopped', name)), name);
  }
  const { rows } = JSON.parse(String(await read('two', 'job.json')));
  assert.equal(rows.read, ROWS);
  assert.ok((await readFile(report, 'utf8')).includes(rows.scored.toLocaleString('en-US')));
});

it('a file of which more rows fail than may is given up', async () => {
  for (const [limit, says] of [
    ['5%', /at most 5 %/],
    ['100', /More than 100 rows/],
  ] as const) {
    const { code, stderr } = await runCli(['score', input, '-o', join(dir, limit), '--max-errors', limit]);
    assert.equal(code, 1);
    assert.match(stderr, says);
    assert.deepEqual(await readdir(join(dir, limit)), ['job.json']);
  }
});

it('a pipe from which nothing comes is left at Ctrl-C', async () => {
  const stopped = spawn(process.execPath, [MAIN, 'score', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let told = '';
  stopped.stderr.on('data', (chunk) => {
    told += chunk;
  });
  stopped.stdin.write('OPERA,TIPOVUELO,MES\n');
  await once(stopped.stdout, 'data');
  stopped.kill('SIGINT');
  const [code] = await once(stopped, 'exit');
  assert.equal(code, 1);
  assert.match(told, /^Stopped: [^\n]*\n$/);
});
