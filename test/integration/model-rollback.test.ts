// Going back to a model that was published before, where its bucket keeps versions.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { publishModel } from '../../src/model/publish/publish.ts';
import { type Rollback, rollBackModel } from '../../src/model/publish/rollback.ts';
import { bytesOf } from '../contracts/storage-content.ts';
import { digestOf } from '../model-variant.ts';
import { describeWithGcs } from '../servers/gcs.ts';
import { assertFails } from './gcs-faults.ts';
import { COMMON, setUpPublishing } from './publish-fixture.ts';

describeWithGcs('a model that was replaced', (server) => {
  const at = setUpPublishing(server, 'models');
  const rollBack = (digest?: string, folder = at.to): Promise<Rollback> =>
    rollBackModel(at.storage, { ...COMMON, folder, ...(digest === undefined ? {} : { digest }) });

  it('is served again when one goes back, and the other again when one goes back once more', async () => {
    const first = await at.publish('1');
    const second = await at.publish('2');
    const back = await rollBack();
    assert.deepEqual(back, { identity: first.identity, replaced: second.identity.digest, isNew: true });
    assert.equal(await at.served(), `1 ${first.identity.digest}`);
    assert.deepEqual((await rollBack()).identity, second.identity);
  });

  it('is found by its digest', async () => {
    const published = [await at.publish('1'), await at.publish('2'), await at.publish('3')].map(
      ({ identity }) => identity,
    );
    for (const identity of [published[0], published[2], published[1]]) {
      assert.deepEqual((await rollBack(identity?.digest)).identity, identity);
      assert.equal(await at.served(), `${identity?.version} ${identity?.digest}`);
    }
    assert.equal((await rollBack(published[1]?.digest)).isNew, false);
    await assertFails(
      'OBJECT_NOT_FOUND',
      new RegExp(`never was "000000000000", as far as it is kept: it was ${published[1]?.digest}, `),
      () => rollBack('000000000000'),
    );
  });

  it('is served again after its manifest was removed', async () => {
    const { identity } = await at.publish('1');
    await at.storage.remove(`${at.to}/manifest.json`);
    assert.deepEqual(await rollBack(), { identity, replaced: undefined, isNew: true });
    assert.equal(await at.served(), `1 ${identity.digest}`);
  });

  it('is not served again when a file of it is gone', async () => {
    const first = await at.publish('1');
    const second = await at.publish('2');
    await at.storage.remove(`${at.to}/${first.files[0]?.name}`);
    await assertFails(
      'MODEL_INVALID',
      /^The model [0-9a-f]{12} can't be served any more: There is no gs:/,
      () => rollBack(),
    );
    assert.equal(digestOf(await bytesOf(at.storage.read(`${at.to}/manifest.json`))), second.identity.digest);
  });

  it('is not served again when a file that was not named by its content was overwritten', async () => {
    const from = await at.variant('1');
    const manifest = await readFile(join(from, 'manifest.json'));
    await at.storage.write(`${at.to}/manifest.json`, manifest);
    for (const file of ['model.onnx', 'golden.json']) {
      await at.storage.write(`${at.to}/${file}`, await readFile(join(from, file)));
    }
    await at.publish('2');
    assert.equal((await rollBack()).identity.digest, digestOf(manifest));
    await rollBack();
    await at.storage.write(`${at.to}/model.onnx`, Buffer.from('other'));
    await assertFails('MODEL_INVALID', /can't be served any more: .*model\.onnx has the sha256/, () =>
      rollBack(),
    );
  });

  it('is not there where only one was published, nor where no versions are kept', async () => {
    const noEarlier = (folder: string) =>
      assertFails('OBJECT_NOT_FOUND', /has no earlier version to go back to/, () =>
        rollBack(undefined, folder),
      );
    await at.publish('1');
    await at.publish('1');
    await noEarlier(at.to);
    await noEarlier(`${at.bucket}/nothing`);
    await assertFails('OBJECT_NOT_FOUND', /it was nothing/, () =>
      rollBack('000000000000', `${at.bucket}/nothing`),
    );
    const local = join(at.dir, 'a folder');
    for (const version of ['1', '2']) {
      await publishModel(at.storage, { ...COMMON, from: await at.variant(version), to: local });
    }
    await noEarlier(local);
  });
});
