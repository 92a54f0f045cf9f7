import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream, readdirSync, readlinkSync, truncateSync } from 'node:fs';
import { appendFile, chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { assertCode, startStorageChild, textOf } from './local-storage-process.ts';

const MIB = 1024 * 1024;
const storage = createLocalStorage();
let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'scorestream-local-faults-'));
});
after(() => rm(root, { recursive: true, force: true }));

function freshFolder(): Promise<string> {
  return mkdtemp(join(root, 'case-'));
}

/** A source that tells whether it was asked for anything, and whether it was ended. */
function watchedSource() {
  const seen = { asked: false, ended: false };
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      seen.asked = true;
      return { done: true, value: undefined };
    },
    async return() {
      seen.ended = true;
      return { done: true, value: undefined };
    },
  };
  return { seen, source: { [Symbol.asyncIterator]: () => iterator } };
}

test('a create that finds an object takes nothing from its source, and ends it', async () => {
  const path = join(await freshFolder(), 'a.csv');
  await writeFile(path, '123456789');
  const { seen, source } = watchedSource();
  const result = await storage.write(path, source, { ifGenerationMatch: '0' });
  assert.equal(result.written, false);
  assert.equal(result.object?.crc32c, '4waSgw==');
  assert.deepEqual(seen, { asked: false, ended: true });
});

test('a write that cannot begin ends its source, a stream too', async () => {
  const folder = await freshFolder();
  await writeFile(join(folder, 'file'), 'x');
  const below = join(folder, 'file', 'a.csv');
  const { seen, source } = watchedSource();
  await assertCode('STORAGE_FAILED', /file.a\.csv: /, () => storage.write(below, source));
  assert.deepEqual(seen, { asked: false, ended: true });
  const stream = createReadStream(join(folder, 'file'));
  await assertCode('STORAGE_FAILED', /file.a\.csv: /, () => storage.write(below, stream));
  assert.equal(stream.destroyed, true);
});

test('an abort while a stream has nothing to give destroys the stream and removes what was written', async () => {
  const folder = await freshFolder();
  const abort = new AbortController();
  const stream = new Readable({ read() {} });
  stream.push('x');
  const write = storage.write(join(folder, 'a.csv'), stream, { signal: abort.signal });
  while ((await readdir(folder)).length === 0) await new Promise(setImmediate);
  abort.abort(new Error('no time left'));
  await assert.rejects(write, /no time left/);
  assert.equal(stream.destroyed, true);
  assert.deepEqual(await readdir(folder), []);
});

test('a source that fails leaves no file behind', async () => {
  const folder = await freshFolder();
  async function* source() {
    yield Buffer.from('x');
    assert.equal((await readdir(folder)).length, 1);
    throw new Error('the source broke');
  }
  await assert.rejects(storage.write(join(folder, 'a.csv'), source()), /the source broke/);
  assert.deepEqual(await readdir(folder), []);
});

test('a writer that is killed in the middle leaves no object', { timeout: 30_000 }, async () => {
  const folder = await freshFolder();
  for (const options of ['{}', "{ ifGenerationMatch: '0', metadata: { a: 'b' } }"]) {
    const path = join(folder, 'a.csv');
    const child = startStorageChild(
      `async function* endless() {
         yield Buffer.alloc(${MIB});
         yield Buffer.alloc(${MIB});
         console.log('written so far');
         setInterval(() => {}, 1000);
         await new Promise(() => {});
       }
       await storage.write(args[0], endless(), ${options});`,
      path,
    );
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    await assertCode('OBJECT_NOT_FOUND', /is not there/, () => storage.stat(path));
    for (const name of await readdir(folder)) assert.match(name, /^\.tmp-/);
  }
  const result = await storage.write(join(folder, 'a.csv'), Buffer.from('x'), { ifGenerationMatch: '0' });
  assert.equal(result.written, true);
});

for (const [change, apply] of [
  ['is overwritten', (path: string) => writeFile(path, Buffer.alloc(3 * MIB, 'b'))],
  ['grows', (path: string) => appendFile(path, 'more')],
  ['is cut short', async (path: string) => truncateSync(path, MIB + 1)],
] as const) {
  test(`a file that ${change} in place while it is read is not found before its last chunk`, async () => {
    const path = join(await freshFolder(), 'a.csv');
    await writeFile(path, Buffer.alloc(3 * MIB, 'a'));
    // long ago: a tick of the file system's clock must not hide the change
    await utimes(path, 1_700_000_000, 1_700_000_000);
    let bytes = 0;
    await assertCode('OBJECT_NOT_FOUND', /changed while it was read/, async () => {
      for await (const chunk of storage.read(path)) {
        if (bytes === 0) await apply(path);
        bytes += chunk.length;
      }
    });
    assert.ok(bytes < 3 * MIB);
  });
}

test('an object that is replaced while it is read is read whole from the old version', async () => {
  const path = join(await freshFolder(), 'a.csv');
  const old = Buffer.alloc(3 * MIB, 'a');
  await storage.write(path, old);
  const { generation } = await storage.stat(path);
  const parts: Uint8Array[] = [];
  for await (const chunk of storage.read(path, { generation })) {
    if (parts.length === 0) await storage.write(path, Buffer.alloc(3 * MIB, 'b'));
    parts.push(chunk);
  }
  assert.ok(old.equals(Buffer.concat(parts)));
  const gone = new RegExp(`generation [0-9]+ now, generation ${generation} is gone`);
  await assertCode('OBJECT_NOT_FOUND', gone, () => textOf(storage.read(path, { generation })));
});

test('no file stays open after a read that stops early, fails or is aborted', async (context) => {
  if (process.platform !== 'linux') return context.skip('only Linux lists the open files of a process');
  const path = join(await freshFolder(), 'a.csv');
  await storage.write(path, Buffer.alloc(3 * MIB));
  const abort = new AbortController();
  const reads: Record<string, () => Promise<unknown>> = {
    'stops early': async () => {
      for await (const _ of storage.read(path)) {
        assert.deepEqual(openFilesBelow(root), [path]);
        break;
      }
    },
    'finds another generation': () => assert.rejects(textOf(storage.read(path, { generation: '1' }))),
    'finds a folder': () => assert.rejects(textOf(storage.read(root))),
    'is aborted': () =>
      assert.rejects(async () => {
        for await (const _ of storage.read(path, { signal: abort.signal })) abort.abort();
      }),
  };
  for (const [how, read] of Object.entries(reads)) {
    await read();
    assert.deepEqual(openFilesBelow(root), [], how);
  }
});

/** By path, because a count would be blurred by what the garbage collector closes. */
function openFilesBelow(folder: string): string[] {
  const targets = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // the listing itself was open, and is closed by now
      return '';
    }
  });
  return targets.filter((target) => target.startsWith(folder));
}

test('what the system refuses is STORAGE_FAILED with the path and the reason', async (context) => {
  if (process.platform === 'win32') return context.skip('Windows has no such permissions');
  const isRoot = process.getuid?.() === 0;
  const folder = await freshFolder();
  const path = join(folder, 'closed', 'a.csv');
  await mkdir(join(folder, 'closed'));
  await writeFile(path, 'x');
  await chmod(join(folder, 'closed'), 0o000);
  if (isRoot) process.seteuid?.(65534); // root may read and write everything
  try {
    for (const run of [() => storage.stat(path), () => textOf(storage.read(path))]) {
      await assertCode('STORAGE_FAILED', /Cannot read .*a\.csv: permission denied \(EACCES\)/, run);
    }
    await assertCode('STORAGE_FAILED', /a\.csv: .*\(EACCES\)/, () => storage.write(path, Buffer.from('y')));
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(join(folder, 'closed'), 0o700);
  }
});

test('a name too long for a file is no object, and writing it is the mistake of the caller', async () => {
  const path = join(await freshFolder(), `${'a'.repeat(300)}.csv`);
  await assertCode('OBJECT_NOT_FOUND', /is not there/, () => storage.stat(path));
  await assertCode('INVALID_MESSAGE', /name too long/, () => storage.write(path, Buffer.from('x')));
});
