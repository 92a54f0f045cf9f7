// The contract of a Vertex AI container: health and predictions on the paths that Vertex AI names.
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { type FunctionServer, startServer } from './function-server.ts';

const HEALTH = '/v1/endpoints/7/deployedModels/8';
const PREDICT = `${HEALTH}:predict`;
const environment = { AIP_HEALTH_ROUTE: HEALTH, AIP_PREDICT_ROUTE: PREDICT };
const FLIGHT = { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 };
const LATE = '{"label":1,"probability":0.72130173,"probabilities":[0.27869827,0.72130173]}';

let server: FunctionServer;
let unready: FunctionServer;
before(async () => {
  const modelUri = join(tmpdir(), 'scorestream-no-such-model');
  [server, unready] = await Promise.all([
    startServer('predict', { environment }),
    startServer('predict', { environment, modelUri }),
  ]);
});
after(() => Promise.all([server.stop(), unready.stop()]));

async function predict(body: unknown): Promise<readonly [status: number, text: string]> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(server.url + PREDICT, { method: 'POST', headers, body: JSON.stringify(body) });
  return [answer.status, await answer.text()];
}

describe('a container of Vertex AI', () => {
  it('is healthy when its model is ready, and not before', async () => {
    const [well, not] = await Promise.all([server, unready].map(({ url }) => fetch(url + HEALTH)));
    assert.deepEqual([well?.status, not?.status], [200, 503]);
  });

  it('answers predictions alone, one an instance', async () => {
    assert.deepEqual(await predict({ instances: [FLIGHT, FLIGHT] }), [
      200,
      `{"predictions":[${LATE},${LATE}]}`,
    ]);
  });

  it('takes the arrays that batch prediction makes of CSV rows, in the order of the columns', async () => {
    const instances = [
      ['Grupo LATAM', 'I', 7.0],
      ['Grupo LATAM', 'I', '7'],
    ];
    assert.deepEqual(await predict({ instances }), [200, `{"predictions":[${LATE},${LATE}]}`]);
    const [status, text] = await predict({ instances: [['Grupo LATAM', 'X', 7]] });
    assert.equal(status, 400);
    assert.match(text, /"column":"TIPOVUELO"/);
  });

  it('takes arrays of features, and tells of those that are neither', async () => {
    const features = Array.from({ length: 37 }, (_, index) => Number([12, 23, 31].includes(index)));
    assert.deepEqual(await predict({ instances: [features] }), [200, `{"predictions":[${LATE}]}`]);
    const [status, text] = await predict({ instances: [[1, 2]] });
    assert.equal(status, 400);
    assert.match(text, /"code":"WRONG_FEATURE_COUNT"/);
  });

  it('obeys parameters', async () => {
    const [status, text] = await predict({ instances: [FLIGHT, {}], parameters: { on_error: 'partial' } });
    assert.equal(status, 200);
    assert.ok(text.startsWith(`{"predictions":[${LATE},{"error":{"code":"MISSING_COLUMN"`), text);
  });

  it('leaves /predict as it is, where an array is features', async () => {
    const answer = await fetch(`${server.url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"instances":[["Grupo LATAM","I",7]]}',
    });
    assert.equal(answer.status, 400);
    assert.equal(((await answer.json()) as { code: string }).code, 'WRONG_FEATURE_COUNT');
  });
});

describe('the place of the model', () => {
  it('is the one that Vertex AI names, unless MODEL_URI is set', () => {
    const AIP_STORAGE_URI = 'gs://copies/model/';
    assert.equal(readConfig({ AIP_STORAGE_URI }).modelUri, 'gs://copies/model');
    assert.equal(readConfig({ AIP_STORAGE_URI, MODEL_URI: 'mine' }).modelUri, 'mine');
    assert.equal(readConfig({ AIP_STORAGE_URI: '' }).modelUri, 'model-files/flight-delay');
  });

  it('is told by the name of its variable when it can not be', () => {
    for (const variable of ['AIP_STORAGE_URI', 'AIP_HEALTH_ROUTE', 'AIP_PREDICT_ROUTE']) {
      assert.throws(() => readConfig({ [variable]: 's3://bucket' }), {
        code: 'INVALID_CONFIG',
        message: new RegExp(`^${variable} is "s3://bucket": expected `),
      });
    }
  });
});
