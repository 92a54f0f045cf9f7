// Publishing models: files named by their contents, then the manifest, under a precondition.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { readBareModel } from '../../src/model/init/bare.ts';
import { encodeManifest, makeFirstManifest } from '../../src/model/init/init.ts';
import { publishModel } from '../../src/model/publish/publish.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { bytesOf } from '../contracts/storage-content.ts';
import { digestOf } from '../model-variant.ts';
import { describeWithGcs } from '../servers/gcs.ts';
import { assertFails } from './gcs-faults.ts';
import { COMMON, setUpPublishing } from './publish-fixture.ts';

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes);

describeWithGcs('a model', (server) => {
  const at = setUpPublishing(server, 'models');
  const names = async (folder: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const { uri } of at.storage.list(`${folder}/`))
      found.push(uri.slice(uri.lastIndexOf('/') + 1));
    return found;
  };

  it('is published under the names of its contents, and loads from there', async () => {
    const from = await at.variant('1');
    const publication = await publishModel(at.storage, { ...COMMON, from, to: at.to });
    const [model, golden] = await Promise.all(
      ['model.onnx', 'golden.json'].map(async (file) => sha256(await readFile(join(from, file)))),
    );
    const files = [`golden-${golden?.slice(0, 12)}.json`, `model-${model?.slice(0, 12)}.onnx`];
    assert.deepEqual(await names(at.to), [...files, 'manifest.json'].toSorted());
    assert.deepEqual(publication.files, [
      { name: files[1], isNew: true },
      { name: files[0], isNew: true },
    ]);
    const { digest } = publication.identity;
    assert.equal(publication.localDigest, digestOf(await readFile(join(from, 'manifest.json'))));
    assert.equal(digest, digestOf(await bytesOf(at.storage.read(`${at.to}/manifest.json`))));
    assert.equal(publication.replaced, undefined);
    assert.equal(await at.served(), `1 ${digest}`);
  });

  it('that is published already is left as it is', async () => {
    const first = await at.publish('1');
    const { generation } = await at.storage.stat(`${at.to}/manifest.json`);
    const second = await at.publish('1');
    assert.deepEqual([first.isNew, second.isNew], [true, false]);
    assert.equal(second.replaced, first.identity.digest);
    assert.ok(second.files.every(({ isNew }) => !isNew));
    assert.equal((await at.storage.stat(`${at.to}/manifest.json`)).generation, generation);
  });

  it('keeps its digest when it is published once more from where it was published', async () => {
    const first = await at.publish('1');
    const again = await publishModel(at.storage, { ...COMMON, from: at.to, to: `${at.to}-copy` });
    assert.equal(again.identity.digest, first.identity.digest);
    assert.equal(again.localDigest, first.identity.digest);
    assert.equal(await at.served(`${at.to}-copy`), await at.served());
  });

  it('with values in other files is published with them, and finds them there', async () => {
    const folder = join(import.meta.dirname, '../models/external-data');
    const bare = await readBareModel('model.onnx', async (file) => {
      const bytes = await readFile(join(folder, file));
      return { pinned: { file, sha256: sha256(bytes) }, bytes };
    });
    const { document } = await makeFirstManifest(bare, {});
    const from = join(at.dir, 'external');
    await at.storage.write(join(from, 'manifest.json'), encodeManifest(document));
    for (const { pinned, bytes } of [bare, ...bare.data])
      await at.storage.write(join(from, pinned.file), bytes);
    const publication = await publishModel(at.storage, { ...COMMON, from, to: at.to });
    const [data] = bare.data;
    assert.deepEqual(
      publication.files.map(({ name }) => name),
      [
        `model-${bare.pinned.sha256.slice(0, 12)}.onnx`,
        `model.onnx-${data?.pinned.sha256.slice(0, 12)}.data`,
      ],
    );
    assert.match(await at.served(), /^\S+ [0-9a-f]{12}$/);
  });

  it('of which a file is missing or another is not published', async () => {
    const first = await at.publish('1');
    const from = await at.variant('2');
    await rm(join(from, 'golden.json'));
    await assertFails('MODEL_INVALID', /There is no .*golden\.json/, () =>
      publishModel(at.storage, { ...COMMON, from, to: at.to }),
    );
    await writeFile(join(from, 'golden.json'), '{}');
    await assertFails('MODEL_INVALID', /golden\.json has the sha256/, () =>
      publishModel(at.storage, { ...COMMON, from, to: at.to }),
    );
    assert.equal(await at.served(), `1 ${first.identity.digest}`);
  });

  it('is not published over a file that has its name and another content', async () => {
    const from = await at.variant('1');
    const { files } = await publishModel(at.storage, { ...COMMON, from, to: `${at.to}-other` });
    await at.storage.write(`${at.to}/${files[0]?.name}`, Buffer.from('damaged'));
    await assertFails('OUTPUT_CONFLICT', /is there already and has another content than model\.onnx/, () =>
      publishModel(at.storage, { ...COMMON, from, to: at.to }),
    );
  });

  it('of two that are published at once one is, and the other publisher learns which', async () => {
    await at.publish('1');
    // both look at what is published before either writes
    const { promise: bothLooked, resolve } = Promise.withResolvers<void>();
    let looks = 0;
    const meeting: Storage = {
      ...at.storage,
      async stat(uri, options) {
        const info = await at.storage.stat(uri, options);
        if (uri !== `${at.to}/manifest.json`) return info;
        looks += 1;
        if (looks === 2) resolve();
        await bothLooked;
        return info;
      },
    };
    const folders = await Promise.all(['2', '3'].map((version) => at.variant(version)));
    const outcomes = await Promise.allSettled(
      folders.map((from) => publishModel(meeting, { ...COMMON, from, to: at.to })),
    );
    const won = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const lost = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    assert.deepEqual([won.length, lost.length], [1, 1]);
    const { version, digest } = won[0]?.identity ?? {};
    await assertFails(
      'OUTPUT_CONFLICT',
      new RegExp(`was flight-delay 1 \\(.+ and is flight-delay ${version} \\(${digest}, generation \\d+\\)`),
      () => Promise.reject(lost[0]),
    );
    assert.equal(await at.served(), `${version} ${digest}`);
  });

  it('is published over a manifest that is none', async () => {
    await at.storage.write(`${at.to}/manifest.json`, Buffer.from('broken'));
    const { identity, replaced } = await at.publish('1');
    assert.equal(replaced, digestOf(Buffer.from('broken')));
    assert.equal(await at.served(), `1 ${identity.digest}`);
  });
});
