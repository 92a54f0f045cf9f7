// Where models come from: one generation of the manifest, the files that it pins, and nothing that is too large.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { ScorerError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import { createModelSource, loadModel } from '../../src/model/source.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { copyModelFiles, digestOf, publishManifest, toVariant } from '../model-variant.ts';

const local = createLocalStorage();
const { signal } = new AbortController();
let dir = '';
let folder = '';
let first: Uint8Array;
let second: Uint8Array;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-source-'));
  first = await toVariant({ version: '1', threshold: 0.5 });
  second = await toVariant({ version: '2', threshold: 0.8 });
});
beforeEach(async () => {
  folder = await mkdtemp(join(dir, 'model-'));
  await copyModelFiles(folder);
  await publishManifest(local, folder, first);
});
after(() => rm(dir, { recursive: true, force: true }));

/** Uses a model and releases it. */
async function using<T>(model: Model, use: (model: Model) => T): Promise<T> {
  try {
    return use(model);
  } finally {
    await model.release();
  }
}

/** The local storage, noting what is read, with something happening before the first reads of a file. */
function storageWith(meddle: { readonly file: string; readonly times: number; act(): Promise<unknown> }): {
  storage: Storage;
  reads: string[];
} {
  const reads: string[] = [];
  let left = meddle.times;
  const read = async function* (...[uri, options]: Parameters<Storage['read']>): AsyncGenerator<Uint8Array> {
    reads.push(uri);
    if (uri.endsWith(meddle.file) && left > 0) {
      left -= 1;
      await meddle.act();
    }
    yield* local.read(uri, options);
  };
  return { storage: { ...local, read }, reads };
}

describe('a model source', () => {
  it('gives the model, its manifest and what it cost, under the generation that a look sees', async () => {
    let ms = 0;
    const source = createModelSource(local, folder, { clock: { nowMs: () => (ms += 1) } });
    const { model, cost, generation } = await source.load(signal);
    await using(model, ({ identity, manifest }) => {
      assert.deepEqual(identity, { name: 'flight-delay', version: '1', digest: digestOf(first) });
      assert.deepEqual(Buffer.from(manifest), Buffer.from(first));
    });
    assert.equal(await source.look(signal), generation);
    const sizes = await Promise.all(
      ['manifest.json', 'model.onnx', 'golden.json'].map(
        async (file) => (await readFile(join(folder, file))).length,
      ),
    );
    const { bytes, ...times } = cost;
    assert.equal(
      bytes,
      sizes.reduce((sum, size) => sum + size),
    );
    assert.deepEqual(Object.keys(times), ['importMs', 'readMs', 'checksumMs', 'sessionMs', 'selfTestMs']);
    assert.ok(
      Object.values(times).every((time) => time > 0),
      JSON.stringify(times),
    );
    await publishManifest(local, folder, second);
    assert.notEqual(await source.look(signal), generation);
  });

  it('reads a manifest that is replaced meanwhile once more', async () => {
    const act = () => publishManifest(local, folder, second);
    const { storage } = storageWith({ file: 'manifest.json', times: 1, act });
    const source = createModelSource(storage, folder);
    const { model, generation } = await source.load(signal);
    await using(model, ({ identity }) => assert.equal(identity.version, '2'));
    assert.equal(generation, await source.look(signal));
  });

  it('gives up, to be tried again, on a manifest that is replaced at every read', async () => {
    let version = 0;
    const act = async (): Promise<void> => {
      version += 1;
      await publishManifest(local, folder, Buffer.from(`${version}`));
    };
    const { storage } = storageWith({ file: 'manifest.json', times: 100, act });
    await assert.rejects(loadModel(storage, folder), { code: 'STORAGE_FAILED' });
    assert.equal(version, 3);
  });

  it('loads a model that was kept, whatever is published now, even nothing', async () => {
    await publishManifest(local, folder, second);
    const source = createModelSource(local, folder);
    const { model } = await source.loadPinned(first, signal);
    await using(model, ({ identity }) => assert.equal(identity.digest, digestOf(first)));
    await rm(join(folder, 'manifest.json'));
    await using((await source.loadPinned(second, signal)).model, ({ identity }) =>
      assert.equal(identity.version, '2'),
    );
  });

  it('refuses a file that is too large, before it reads it', async () => {
    const size = (await readFile(join(folder, 'model.onnx'))).length;
    const { storage, reads } = storageWith({ file: 'no', times: 0, act: async () => undefined });
    await writeFile(join(folder, 'model.onnx'), Buffer.alloc(100_000));
    await assert.rejects(loadModel(storage, folder, signal, { maxBytes: 99_999 }), {
      code: 'MODEL_INVALID',
      message: /model\.onnx has 100000 bytes: expected at most 99999 \(MODEL_MAX_BYTES\)/,
    });
    assert.ok(reads.length > 0 && !reads.includes(`${folder}/model.onnx`), reads.join());
    await copyModelFiles(folder);
    await using(
      await loadModel(storage, folder, signal, { maxBytes: Math.max(size, 20_000) }),
      () => undefined,
    );
  });

  for (const [why, file] of [
    ['manifest', 'manifest.json'],
    ['model', 'model.onnx'],
    ['golden file', 'golden.json'],
  ] as const) {
    it(`says which file is missing when it is the ${why}`, async () => {
      await rm(join(folder, file));
      await assert.rejects(loadModel(local, folder), {
        code: 'MODEL_INVALID',
        message: `There is no ${folder}/${file}.`,
      });
    });
  }

  it('tells a look that there is nothing, and passes on that storage failed', async () => {
    await assert.rejects(createModelSource(local, join(dir, 'nowhere')).look(signal), {
      code: 'MODEL_INVALID',
    });
    const failing = new ScorerError('down', { code: 'STORAGE_FAILED' });
    const storage = { ...local, stat: () => Promise.reject(failing) };
    const source = createModelSource(storage, folder);
    await assert.rejects(source.look(signal), failing);
    await assert.rejects(source.load(signal), failing);
  });

  it('stops when its signal aborts', async () => {
    const abort = new AbortController();
    const act = async (): Promise<void> => abort.abort();
    const { storage } = storageWith({ file: 'model.onnx', times: 1, act });
    await assert.rejects(createModelSource(storage, folder).load(abort.signal), { name: 'AbortError' });
  });
});

describe('a bare model file', () => {
  it('is served by the manifest that is made from it, under the generation of the file', async () => {
    await rm(join(folder, 'manifest.json'));
    const source = createModelSource(local, join(folder, 'model.onnx'));
    const { model, generation } = await source.load(signal);
    const kept = model.manifest;
    await using(model, ({ identity }) => assert.deepEqual([identity.name, identity.version], ['model', '1']));
    assert.equal(await source.look(signal), generation);
    await using((await source.loadPinned(kept, signal)).model, ({ identity }) =>
      assert.equal(identity.digest, digestOf(kept)),
    );
    await writeFile(join(folder, 'model.onnx'), 'another');
    assert.notEqual(await source.look(signal), generation);
    await assert.rejects(source.load(signal), { code: 'MODEL_INVALID' });
  });

  it('can be described elsewhere', async () => {
    const refusal = new ScorerError('broken', { code: 'MODEL_INVALID' });
    const describe = () => Promise.reject(refusal);
    await assert.rejects(
      createModelSource(local, join(folder, 'model.onnx'), { describe }).load(signal),
      refusal,
    );
  });
});
