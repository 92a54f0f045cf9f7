import assert from 'node:assert/strict';
import { link, mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { assertCode, outputOfChild, textOf } from './local-storage-process.ts';

const storage = createLocalStorage();
let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'scorestream-local-storage-'));
});
after(() => rm(root, { recursive: true, force: true }));

function freshFolder(): Promise<string> {
  return mkdtemp(join(root, 'case-'));
}

test('a bucket is the folder it is mapped to, and names are encoded in the file URL', () => {
  const buckets = createLocalStorage({ buckets: { in: root } });
  const uri = buckets.uri('in', 'day 1/a#b?c%d.csv');
  assert.equal(uri, `${pathToFileURL(root).href}/day%201/a%23b%3Fc%25d.csv`);
});

test('a relative path is taken from the current folder', async () => {
  const folder = await freshFolder();
  const output = await outputOfChild(
    `process.chdir(args[0]); console.log((await storage.write('sub/a.csv', new Uint8Array(2))).object.uri);`,
    folder,
  );
  assert.equal(output, pathToFileURL(join(folder, 'sub', 'a.csv')).href);
});

test('a bucket without a folder is refused, and the nearest is named', async () => {
  const buckets = createLocalStorage({ buckets: { inbox: root } });
  await assertCode('INVALID_MESSAGE', /bucket "inbx".*"inbox"/, () => buckets.uri('inbx', 'a.csv'));
  await assertCode('INVALID_MESSAGE', /bucket "toString"/, () => buckets.uri('toString', 'a.csv'));
});

test('an object name that would leave the folder is refused', async () => {
  const buckets = createLocalStorage({ buckets: { in: root } });
  const names = [
    '',
    '/',
    '/etc/passwd',
    '..',
    '../a.csv',
    'a/../../b.csv',
    'a/..',
    './a.csv',
    'a//b.csv',
    'a/',
    'a\0b',
    '\ud800.csv',
    '.tmp-1',
    'a/.tmp-1',
    '.metadata/a.csv.json',
    'a/.metadata/b/c',
  ];
  if (process.platform === 'win32') names.push('a\\..\\b.csv', 'c:/a.csv');
  for (const name of names) {
    await assertCode('INVALID_MESSAGE', /^The object name /, () => buckets.uri('in', name));
  }
});

test('what names no local file is refused', async () => {
  for (const uri of [
    'gs://bucket/a.csv',
    'http://host/a.csv',
    '',
    'a\0b',
    'file:///a%00b',
    'file:///a%2Fb',
  ]) {
    await assertCode('INVALID_MESSAGE', /names no local file/, () => storage.stat(uri));
  }
  for (const uri of ['file:///a#b.csv', 'file:///a?b.csv']) {
    await assertCode('INVALID_MESSAGE', /%3F.*%23/, () => storage.stat(uri));
  }
});

test('what the storage keeps for itself is no object', async () => {
  const folder = await freshFolder();
  await mkdir(join(folder, '.metadata'));
  for (const name of ['.tmp-1', '.metadata/a.csv.json']) {
    const path = join(folder, name);
    await writeFile(path, 'x');
    await assertCode('OBJECT_NOT_FOUND', /is not there/, () => storage.stat(path));
    await assertCode('OBJECT_NOT_FOUND', /is not there/, () => textOf(storage.read(path)));
    await assertCode('INVALID_MESSAGE', /keeps for itself/, () => storage.write(path, Buffer.from('y')));
  }
});

test('a folder is no object, and none can be written over it', async () => {
  const folder = await freshFolder();
  for (const uri of [folder, `${folder}/`, pathToFileURL(`${folder}/`).href]) {
    await assertCode('OBJECT_NOT_FOUND', /./, () => storage.stat(uri));
    await assertCode('OBJECT_NOT_FOUND', /./, () => textOf(storage.read(uri)));
  }
  const path = join(folder, 'taken');
  await mkdir(path);
  for (const options of [{}, { ifGenerationMatch: '0' }]) {
    await assertCode('STORAGE_FAILED', /taken/, () => storage.write(path, Buffer.from('x'), options));
  }
  assert.deepEqual(await readdir(folder), ['taken']);
});

test('a generation is the same in every process and at every look', async () => {
  const path = join(await freshFolder(), 'a.csv');
  await writeFile(path, 'a,b\n');
  const { generation } = await storage.stat(path);
  assert.equal((await createLocalStorage().stat(path)).generation, generation);
  const script = 'console.log((await storage.stat(args[0])).generation);';
  assert.equal(await outputOfChild(script, path), generation);
});

test('a generation follows the time of the file, and tells apart what shares a time', async () => {
  const folder = await freshFolder();
  const generations: string[] = [];
  for (const [name, seconds] of [
    ['a.csv', 1_700_000_000],
    ['a.csv.gz', 1_700_000_000],
    ['a2.csv', 1_700_000_001],
  ] as const) {
    await writeFile(join(folder, name), 'x');
    await utimes(join(folder, name), seconds, seconds);
    generations.push((await storage.stat(join(folder, name))).generation);
  }
  assert.equal(new Set(generations).size, 3);
  assert.deepEqual(
    generations.map((generation) => generation.slice(0, 13)),
    ['1700000000000', '1700000000000', '1700000001000'],
  );
});

test('replacing many times within one tick gives a new generation each time, even after a file from the future', async () => {
  const path = join(await freshFolder(), 'a.csv');
  await writeFile(path, 'xxxx');
  await utimes(path, 4_000_000_000, 4_000_000_000);
  let previous = (await storage.stat(path)).generation;
  const all = new Set([previous]);
  for (let turn = 0; turn < 30; turn += 1) {
    const { object } = await storage.write(path, Buffer.from('yyyy'));
    assert.notEqual(object?.generation, previous);
    previous = object?.generation ?? '';
    all.add(previous);
  }
  assert.equal(all.size, 31);
  assert.equal((await storage.stat(path)).generation, previous);
});

test('a write leaves the object alone in its folder, and metadata beside it only when there is some', async () => {
  const folder = await freshFolder();
  const path = join(folder, 'a.csv');
  await storage.write(path, Buffer.from('x'), { contentType: 'text/csv', metadata: {} });
  await storage.write(path, Buffer.from('y'));
  assert.deepEqual(await readdir(folder), ['a.csv']);
  await storage.write(path, Buffer.from('z'), { metadata: { rows: '1' } });
  assert.deepEqual((await readdir(folder)).sort(), ['.metadata', 'a.csv']);
  assert.deepEqual(await readdir(join(folder, '.metadata')), ['a.csv.json']);
  await storage.write(path, Buffer.from('x'));
  assert.deepEqual(await readdir(join(folder, '.metadata')), []);
});

test('the content type follows from the extension', async () => {
  const folder = await freshFolder();
  for (const [name, expected] of [
    ['a.CSV', 'text/csv'],
    ['a.json', 'application/json'],
    ['a.ndjson', 'application/x-ndjson'],
    ['a.csv.gz', 'application/gzip'],
    ['a.onnx', 'application/octet-stream'],
    ['a', undefined],
  ] as const) {
    await writeFile(join(folder, name), 'x');
    assert.equal((await storage.stat(join(folder, name))).contentType, expected, name);
  }
});

test('metadata is that of the content it was written with, not of what a person puts there later', async () => {
  const path = join(await freshFolder(), 'a.csv');
  const options = { contentType: 'text/x-own', metadata: { rows: '1' } };
  const { object } = await storage.write(path, Buffer.from('x'), options);
  const known = await storage.stat(path);
  assert.deepEqual(known, object);
  await writeFile(`${path}.new`, 'other');
  await rename(`${path}.new`, path);
  const info = await storage.stat(path);
  assert.deepEqual(info.metadata, {});
  assert.equal(info.contentType, 'text/csv');
  assert.equal(info.crc32c, undefined);
});

test('a sidecar that a person broke is as none', async () => {
  const folder = await freshFolder();
  const path = join(folder, 'a.csv');
  await storage.write(path, Buffer.from('x'), { metadata: { rows: '1' } });
  const sidecar = join(folder, '.metadata', 'a.csv.json');
  const { generation } = await storage.stat(path);
  for (const text of [
    '',
    '{',
    '[]',
    'null',
    `{"${generation}":7}`,
    `{"${generation}":{"metadata":{"rows":1}}}`,
  ]) {
    await writeFile(sidecar, text);
    assert.deepEqual((await storage.stat(path)).metadata, {}, text);
  }
});

test('an object keeps its metadata when the writer of its next version dies before the change', async () => {
  const path = join(await freshFolder(), 'a.csv');
  await storage.write(path, Buffer.from('old'), { metadata: { rows: '1' } });
  await link(path, `${path}.old`);
  await storage.write(path, Buffer.from('new'), { metadata: { rows: '2' } });
  assert.deepEqual((await storage.stat(path)).metadata, { rows: '2' });
  // the sidecar is written before the object appears: this is the state in between
  await rename(`${path}.old`, path);
  assert.equal(await textOf(storage.read(path)), 'old');
  assert.deepEqual((await storage.stat(path)).metadata, { rows: '1' });
});
