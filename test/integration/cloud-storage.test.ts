// The functions over Cloud Storage: a model, CSV objects and their results, all in buckets.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, it } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { loadModel } from '../../src/model/source.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { bytesOf } from '../contracts/storage-content.ts';
import { runCli } from '../e2e/served.ts';
import { describeWithGcs } from '../servers/gcs.ts';
import { startServer } from './function-server.ts';

const shipped = join(import.meta.dirname, '../../model-files/flight-delay');
const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const CSV = 'flight,OPERA,TIPOVUELO,MES\nLA812,Grupo LATAM,I,7\nXX1,Nobody,I,7\n';

describeWithGcs('over Cloud Storage', (server) => {
  let storage: Storage;
  let modelUri = '';
  let outputUri = '';
  before(async () => {
    storage = createGcsStorage({ emulatorHost: server().host });
    modelUri = `${await server().createBucket('models')}/flight delay/1`;
    outputUri = `${await server().createBucket('results')}/scored`;
    await server().createBucket('uploads');
    for (const file of await readdir(shipped)) {
      await storage.write(`${modelUri}/${file}`, await readFile(join(shipped, file)));
    }
  });

  it('a model loads from a bucket as from a folder', async () => {
    const model = await loadModel(storage, modelUri);
    try {
      assert.equal(model.identity.name, 'flight-delay');
    } finally {
      await model.release();
    }
  });

  for (const toHost of [(host: string) => host, (host: string) => `http://${host}`]) {
    it(`predict serves it, with STORAGE_EMULATOR_HOST=${toHost('localhost:9000')}`, async () => {
      const environment = { STORAGE_EMULATOR_HOST: toHost(server().host), METADATA_SERVER_DETECTION: 'none' };
      const predict = await startServer('predict', { modelUri, environment });
      try {
        const answer = await fetch(predict.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: FLIGHT,
        });
        assert.match(await answer.text(), /^\{"label":1,"probability":0\.72130173,/);
      } finally {
        await predict.stop();
      }
    });
  }

  it('predict says what is missing when the bucket is there and the model is not', async () => {
    const environment = { STORAGE_EMULATOR_HOST: server().host };
    const predict = await startServer('predict', { modelUri: 'gs://models/nothing', environment });
    try {
      const { error } = (await (await fetch(`${predict.url}/ready`)).json()) as { error: string };
      assert.match(error, /There is no gs:\/\/models\/nothing\/manifest\.json/);
    } finally {
      await predict.stop();
    }
  });

  it('the command line scores a file with it, into a bucket', async () => {
    const environment = { MODEL_URI: modelUri, STORAGE_EMULATOR_HOST: server().host };
    const file = join(shipped, '../../samples/flights.csv');
    const { code, stdout, stderr } = await runCli(['score', file, '-o', `${outputUri}-by-hand`], environment);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '3 rows scored, 1 failed: gs://results/scored-by-hand\n');
    const predictions = String(await bytesOf(storage.read(`${outputUri}-by-hand/predictions.csv`)));
    assert.match(predictions, /^LA812,Grupo LATAM,I,7,1,0\.72130173$/m);
  });

  it('score reads an object from one bucket and writes its results to another, once', async () => {
    const name = 'día 1/flights #2.csv';
    const uploaded = await storage.write(`gs://uploads/${name}`, Buffer.from(CSV));
    const generation = uploaded.object?.generation ?? '';
    const environment = { STORAGE_EMULATOR_HOST: server().host, OUTPUT_URI: outputUri };
    const score = await startServer('score', { modelUri, environment });
    const attributes = { bucketId: 'uploads', objectGeneration: generation };
    const results = async () => {
      const found: string[] = [];
      for await (const { uri, generation: of } of storage.list(`${outputUri}/`)) found.push(`${uri}#${of}`);
      return found;
    };
    try {
      assert.equal(await score.notify(name, attributes), 204);
      const folder = `${outputUri}/día 1/flights #2/${generation}`;
      const first = await results();
      assert.deepEqual(
        first.map((each) => each.slice(0, each.lastIndexOf('#'))),
        ['errors.csv', 'job.json', 'predictions.csv'].map((file) => `${folder}/${file}`),
      );
      const job = JSON.parse(String(await bytesOf(storage.read(`${folder}/job.json`)))) as {
        state: string;
        input: object;
      };
      assert.equal(job.state, 'succeeded');
      assert.deepEqual(job.input, {
        uri: `gs://uploads/${name}`,
        generation,
        size: CSV.length,
        crc32c: uploaded.object?.crc32c,
      });
      assert.equal(
        String(await bytesOf(storage.read(`${folder}/predictions.csv`))),
        'flight,OPERA,TIPOVUELO,MES,label,probability\nLA812,Grupo LATAM,I,7,1,0.72130173\n',
      );
      assert.equal(await score.notify(name, attributes), 204);
      assert.deepEqual(await results(), first);
      assert.deepEqual(await score.topic('dead-letters'), []);
    } finally {
      await score.stop();
    }
  });
});
