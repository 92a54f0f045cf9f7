// `scorestream score` from Cloud Storage and into it, over a server.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { runCli } from '../e2e/served.ts';
import { describeWithGcs } from '../servers/gcs.ts';

const CSV = 'OPERA,TIPOVUELO,MES\nK.L.M.,I,1\n';
const PREDICTED = 'OPERA,TIPOVUELO,MES,label,probability\nK.L.M.,I,1,0,0.2413311\n';

describeWithGcs('scorestream score over Cloud Storage', (server) => {
  let dir = '';
  const run = (...words: readonly string[]) =>
    runCli(['score', ...words], { STORAGE_EMULATOR_HOST: server().host });
  const storage = () => createGcsStorage({ emulatorHost: server().host });
  const names = async (prefix: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { uri } of storage().list(prefix)) found.push(uri.slice(prefix.length));
    return found;
  };

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'scorestream-cloud-files-'));
    await server().createBucket('uploads');
    await server().createBucket('results');
    for (const name of ['in/a.csv', 'in/día 1/b #2.csv', 'in/notes.txt', 'other/a.csv']) {
      await storage().write(`gs://uploads/${name}`, Buffer.from(CSV));
    }
  });
  after(() => rm(dir, { recursive: true, force: true }));

  const results = (folder: string): readonly string[] =>
    ['errors.csv', 'job.json', 'predictions.csv'].map((name) => `${folder}/${name}`);

  it('scores what is below a prefix into another bucket, with the report beside', async () => {
    const report = 'gs://results/run/report.html';
    const { code, stdout, stderr } = await run(
      'gs://uploads/in/',
      '-o',
      'gs://results/run/',
      '--report',
      report,
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '2 rows of 2 files scored, 0 failed: gs://results/run/\n');
    const found = await names('gs://results/run/');
    assert.deepEqual(found, [...results('a'), ...results('día 1/b #2'), 'report.html']);
    assert.equal((await storage().stat(report)).contentType, 'text/html; charset=utf-8');
  });

  it('scores what a pattern matches into a folder of this machine', async () => {
    const { code, stdout, stderr } = await run('gs://uploads/*/a.csv', '-o', dir);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `2 rows of 2 files scored, 0 failed: ${dir}\n`);
    assert.deepEqual((await readdir(dir)).sort(), ['in', 'other']);
    assert.equal(await readFile(join(dir, 'other/a/predictions.csv'), 'utf8'), PREDICTED);
  });

  it('scores one object to standard output', async () => {
    const { code, stdout } = await run('gs://uploads/in/día 1/b #2.csv', '-o', '-');
    assert.deepEqual([code, stdout], [0, PREDICTED]);
  });

  it('writes beside the object when nothing else is said, and leaves that out the next time', async () => {
    assert.equal((await run('gs://uploads/other')).code, 0);
    assert.deepEqual(await names('gs://uploads/other/'), ['a.csv', ...results('a')].sort());
    const { stderr } = await run('gs://uploads/other/');
    assert.equal(stderr, 'Left out: 2 results of earlier scoring.\n');
  });

  it('says what is there when a name is wrong', async () => {
    const { code, stderr } = await run('gs://uploads/in/b.csv');
    assert.deepEqual([code, stderr], [1, 'gs://uploads/in/b.csv is not there: did you mean a.csv?\n']);
  });
});
