// serve as a person meets it: the doors, the inbox, stopping, and what goes wrong at the start.
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { isClosed, runCli, type Served, serveIn, until } from './served.ts';

const samples = join(import.meta.dirname, '../../samples');
const HEADER = 'OPERA,TIPOVUELO,MES\n';
const ROW = 'Grupo LATAM,I,7\n';

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-serve-'));
});
after(() => rm(dir, { recursive: true, force: true, maxRetries: 10 }));

describe('serve', () => {
  let served: Served;
  let data = '';
  let inbox = '';
  before(async () => {
    [data, inbox] = [join(dir, 'data'), join(dir, 'inbox')];
    await mkdir(inbox);
    await writeFile(join(inbox, 'early.csv'), HEADER + ROW);
    served = await serveIn(data, inbox);
  });
  after(() => served.end('SIGKILL'));

  const scored = (name: string): number => globSync(`output/${name}/*/job.json`, { cwd: data }).length;

  it('says where everything is, and a line to try each door', () => {
    for (const text of [
      ...served.ports.map((port) => `http://localhost:${port}`),
      inbox,
      data,
      'curl ',
      'npx scorestream publish features',
      'cp samples/flights.csv',
    ]) {
      assert.ok(served.output().includes(text), text);
    }
  });

  it('gives one flight the same prediction through each door', async () => {
    const flight = join(samples, 'flight.json');
    const body = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`http://localhost:${served.ports[0]}/predict`, {
      method: 'POST',
      headers,
      body,
    });
    assert.match(await answer.text(), /"probability":0\.72130173,/);
    assert.equal(
      (await runCli(['publish', 'features', flight, '--data', data])).stdout,
      'Published 1 message to features.\n',
    );
    const pulled = await runCli(['pull', 'predictions', '--limit', '1', '--data', data]);
    assert.match(pulled.stdout, /"label":"1","probability":0\.72130173,.*\n$/);
    await cp(join(samples, 'flights.csv'), join(inbox, 'flights.csv'));
    await served.says('Scored flights.csv: 3 rows, 1 failed → ');
    assert.equal(scored('flights'), 1);
  });

  it('scores a file that was there before it started', () =>
    served.says('Scored early.csv: 1 row, 0 failed'));

  it('waits for a file that is still being copied, and scores it once and whole', async () => {
    const path = join(inbox, 'slow.csv');
    await writeFile(path, HEADER);
    for (let piece = 0; piece < 16; piece += 1) {
      await delay(150); // a slow copy
      await appendFile(path, ROW.repeat(5));
    }
    await served.says('Scored slow.csv: 80 rows, 0 failed');
    assert.equal(scored('slow'), 1);
  });

  it('takes files of any name from sub-folders, and says which it skips', async () => {
    await mkdir(join(inbox, 'a b'));
    await writeFile(join(inbox, 'a b', '50% #1 ñ.CSV'), HEADER + ROW);
    await writeFile(join(inbox, 'notes.txt'), 'x');
    await served.says('Scored a b/50% #1 ñ.CSV: 1 row');
    await served.says('Skipped notes.txt: Only .csv and .csv.gz files are scored.');
  });

  it('scores other content under the same name again', async () => {
    await writeFile(join(inbox, 'early.csv'), HEADER + ROW + ROW);
    await served.says('Scored early.csv: 2 rows, 0 failed');
    assert.equal(scored('early'), 2);
  });

  it('does not let a second one run on its data', async () => {
    const flags = ['--port', `${await freePort()}`, '--score-port', `${await freePort()}`];
    const second = await runCli(['serve', '--data', data, '--inbox', inbox, ...flags]);
    assert.equal(second.code, 1);
    assert.ok(second.stderr.includes(data), second.stderr);
    assert.equal(second.stderr.trimEnd().split('\n').length, 1, second.stderr);
  });

  it('stops at Ctrl-C, and what it started stops with it', async () => {
    assert.equal(await served.end('SIGINT'), 0);
    for (const port of served.ports)
      await until(
        () => isClosed(port),
        () => `port ${port} to close`,
      );
  });

  it('does not score again what was scored before a restart', async () => {
    const before = globSync('output/**/job.json', { cwd: data }).length;
    served = await serveIn(data, inbox);
    await writeFile(join(inbox, 'new.csv'), HEADER);
    await served.says('Scored new.csv: 0 rows');
    assert.equal(globSync('output/**/job.json', { cwd: data }).length, before + 1);
    assert.ok(!served.output().includes('Scored early.csv'));
    await served.end('SIGINT');
  });

  it('leaves its own results alone when the inbox holds them', async () => {
    const outer = join(dir, 'outer');
    const within = await serveIn(join(outer, 'state'), outer);
    await writeFile(join(outer, 'x.csv'), HEADER + ROW);
    await within.says('Scored x.csv');
    await writeFile(join(outer, 'y.csv'), HEADER + ROW);
    await within.says('Scored y.csv');
    assert.equal(within.output().match(/Scored/g)?.length, 2);
    await within.end('SIGINT');
  });
});

describe('serve says in one sentence what to do, and exits with 1, when', () => {
  const start = async (flags: readonly string[], environment = {}) => {
    const ports = ['--port', `${await freePort()}`, '--score-port', `${await freePort()}`];
    return runCli(
      ['serve', '--data', join(dir, 'other'), '--inbox', join(dir, 'in'), ...ports, ...flags],
      environment,
    );
  };

  it('a port is in use', async () => {
    const taken = createServer().listen(0);
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { code, stderr } = await start(['--score-port', `${port}`]);
    taken.close();
    assert.deepEqual(
      [code, stderr],
      [
        1,
        `Port ${port} can't be used (in use): stop what listens there, or choose another with --score-port.\n`,
      ],
    );
  });

  it('the model is missing', async () => {
    const { code, stderr } = await start([], { MODEL_URI: join(dir, 'nowhere') });
    assert.equal(code, 1);
    assert.match(stderr, /^The model can't be served: There is no .*nowhere\/manifest\.json\.\n$/);
  });

  it('the inbox is a file', async () => {
    await writeFile(join(dir, 'file'), '');
    const { code, stderr } = await start(['--inbox', join(dir, 'file')]);
    assert.equal(code, 1);
    assert.match(stderr, /^The inbox folder .*file can't be used .*--inbox\.\n$/);
  });

  it('the example rows cannot be written', async () => {
    const [data, model] = [join(dir, 'refusing'), join(import.meta.dirname, '../models/ridge/model.onnx')];
    await mkdir(join(data, 'example.json'), { recursive: true });
    const { code, stderr } = await start(['--data', data, '--model', model]);
    assert.equal(code, 1);
    assert.match(stderr, /^Cannot write .*example\.json: a folder or a link has that name\.\n$/);
  });

  it('a port is none', async () => {
    const { code, stderr } = await start(['--port', '80800']);
    assert.deepEqual([code, stderr], [1, '--port is "80800": expected a port from 1 to 65535.\n']);
  });
});
