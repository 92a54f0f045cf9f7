import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { outputOfChild, textOf } from './local-storage-process.ts';

const storage = createLocalStorage();
let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'scorestream-local-lock-'));
});
after(() => rm(root, { recursive: true, force: true }));

function freshFolder(): Promise<string> {
  return mkdtemp(join(root, 'case-'));
}

test('of the processes that replace one generation, one does', { timeout: 60_000 }, async () => {
  const path = join(await freshFolder(), 'counter.json');
  await storage.write(path, Buffer.from('0'));
  const script = `
    for (let added = 0; added < 15; ) {
      const { generation } = await storage.stat(args[0]);
      let text = '';
      try {
        for await (const part of storage.read(args[0], { generation })) text += Buffer.from(part);
      } catch (error) {
        if (error.code !== 'OBJECT_NOT_FOUND') throw error;
        continue;
      }
      const next = Buffer.from(String(Number(text) + 1));
      if ((await storage.write(args[0], next, { ifGenerationMatch: generation })).written) added += 1;
    }
    console.log('done');`;
  const outputs = await Promise.all([
    outputOfChild(script, path),
    outputOfChild(script, path),
    outputOfChild(script, path),
  ]);
  assert.deepEqual(outputs, ['done', 'done', 'done']);
  assert.equal(await textOf(storage.read(path)), '45');
});

/** The lock file of an object `a.csv`, as `storage-lock.ts` names it. */
const LOCK = `.tmp-lock-${hash('sha256', 'a.csv').slice(0, 16)}`;

test('a lock whose process died is taken over by one of those that wait', async () => {
  const folder = await freshFolder();
  const path = join(folder, 'a.csv');
  const pid = await outputOfChild('console.log(process.pid)');
  const { object } = await storage.write(path, Buffer.from('x'));
  await writeFile(join(folder, LOCK), `${hostname()} ${pid} dead`);
  const ifGenerationMatch = object?.generation ?? '';
  const results = await Promise.all(
    Array.from({ length: 6 }, () => storage.write(path, Buffer.from('y'), { ifGenerationMatch })),
  );
  assert.equal(results.filter(({ written }) => written).length, 1);
  assert.deepEqual(await readdir(folder), ['a.csv']);
});

test('a lock that is a minute old is taken over, whoever holds it', async () => {
  const folder = await freshFolder();
  await writeFile(join(folder, LOCK), 'another-host 1 suspended');
  const longAgo = Date.now() / 1000 - 61;
  await utimes(join(folder, LOCK), longAgo, longAgo);
  assert.equal((await storage.write(join(folder, 'a.csv'), Buffer.from('y'))).written, true);
  assert.deepEqual(await readdir(folder), ['a.csv']);
});

test('a lock that is held is waited for, until the signal aborts', async () => {
  const folder = await freshFolder();
  await writeFile(join(folder, LOCK), `${hostname()} ${process.pid} held`);
  const abort = new AbortController();
  const write = storage.write(join(folder, 'a.csv'), Buffer.from('y'), { signal: abort.signal });
  while (!(await readdir(folder)).some((name) => name !== LOCK)) await new Promise(setImmediate);
  abort.abort(new Error('no time left'));
  await assert.rejects(write, /no time left/);
  assert.deepEqual(await readdir(folder), [LOCK]);
});
