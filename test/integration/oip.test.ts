// The Open Inference Protocol over real sockets: its routes, and the same predictions as /predict.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type FunctionServer, startServer } from './function-server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const MODEL = '/v2/models/flight-delay';
const OPERA = { name: 'OPERA', datatype: 'BYTES', shape: [2, 1], data: ['Grupo LATAM', 'K.L.M.'] };
const KIND = { name: 'TIPOVUELO', datatype: 'BYTES', shape: [2, 1], data: [['I'], ['I']] };
const MONTH = { name: 'MES', datatype: 'INT64', shape: [2], data: [7, 1] };
const FLIGHTS = { inputs: [OPERA, KIND, MONTH] };

/** What was answered. */
interface Asked {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

let server: FunctionServer;
let unready: FunctionServer;
before(async () => {
  const modelUri = join(tmpdir(), 'scorestream-no-such-model');
  [server, unready] = await Promise.all([startServer('predict'), startServer('predict', { modelUri })]);
});
after(() => Promise.all([server.stop(), unready.stop()]));

async function ask(path: string, init: RequestInit = {}, { url } = server): Promise<Asked> {
  const answer = await fetch(url + path, init);
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

function infer(document: unknown, path = `${MODEL}/infer`): Promise<Asked> {
  return ask(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(document) });
}

const SERVED = '{"name":"flight-delay","ready":true}';
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

describe('the Open Inference Protocol', () => {
  for (const [path, status, text] of [
    ['/v2', 200, `{"name":"scorestream","version":"${version}","extensions":[]}`],
    ['/v2/', 200, `{"name":"scorestream","version":"${version}","extensions":[]}`],
    ['/v2/health/live', 200, '{"live":true}'],
    ['/v2/health/ready', 200, '{"live":true,"ready":true}'],
    [`${MODEL}/ready`, 200, SERVED],
    [`${MODEL}/versions/1/ready`, 200, SERVED],
    ['/v2/models/flight%2Ddelay/ready', 200, SERVED],
    [`${MODEL}/versions/2/ready`, 404, '\\"flight-delay\\" of version \\"1\\" is served.'],
    ['/v2/models/flight', 404, 'There is no model \\"flight\\"'],
    ['/v2/models/flight/ready', 404, 'NOT_FOUND'],
    ['/v2/models', 404, 'NOT_FOUND'],
    [`${MODEL}/infer`, 405, 'takes POST'],
  ] as const) {
    it(`answers GET ${path} with ${status}`, async () => {
      const answer = await ask(path);
      assert.equal(answer.status, status);
      if (status === 200) assert.equal(answer.text, text);
      else assert.ok(answer.text.includes(text), answer.text);
      const head = await ask(path, { method: 'HEAD' });
      assert.deepEqual([head.status, head.text], [status, '']);
    });
  }

  it('describes the model, with its version in the path and without', async () => {
    const { text } = await ask(MODEL);
    assert.equal((await ask(`${MODEL}/versions/1`)).text, text);
    const tensor = (name: string, datatype: string, ...shape: number[]) => ({ name, datatype, shape });
    assert.deepEqual(JSON.parse(text), {
      name: 'flight-delay',
      versions: ['1'],
      platform: 'onnx_onnxv1',
      inputs: [
        tensor('OPERA', 'BYTES', -1, 1),
        tensor('TIPOVUELO', 'BYTES', -1, 1),
        tensor('MES', 'INT64', -1, 1),
      ],
      outputs: [
        tensor('label', 'INT64', -1),
        tensor('probability', 'FP32', -1),
        tensor('probabilities', 'FP32', -1, 2),
      ],
      parameters: { features_input: 'features', features: 37, datatype: 'FP32' },
    });
  });

  it('lists what is in the repository, whatever the body', async () => {
    for (const body of ['', '{"ready":true}']) {
      const { text } = await ask('/v2/repository/index', { method: 'POST', body });
      assert.equal(text, '[{"name":"flight-delay","version":"1","state":"READY","reason":""}]');
    }
  });

  it('says 503 and when to come back while there is no model, and is alive', async () => {
    assert.equal((await ask('/v2/health/live', {}, unready)).status, 200);
    for (const [path, text] of [
      ['/v2/health/ready', '{"live":true,"ready":false}'],
      [`${MODEL}/ready`, '{"name":"flight-delay","ready":false}'],
      [MODEL, 'MODEL_NOT_READY'],
    ] as const) {
      const answer = await ask(path, {}, unready);
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '5'], path);
      assert.ok(answer.text.includes(text), answer.text);
    }
    const body = JSON.stringify(FLIGHTS);
    const answer = await ask(`${MODEL}/infer`, { method: 'POST', headers: JSON_TYPE, body }, unready);
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [503, 'MODEL_NOT_READY']);
  });
});

describe('an inference', () => {
  it('answers all outputs, names the model and gives the id back', async () => {
    const answer = await infer({ id: '42', parameters: { trace: true }, ...FLIGHTS });
    assert.equal(
      answer.text,
      '{"model_name":"flight-delay","model_version":"1","id":"42","outputs":[' +
        '{"name":"label","datatype":"INT64","shape":[2],"data":[1,0]},' +
        '{"name":"probability","datatype":"FP32","shape":[2],"data":[0.72130173,0.2413311]},' +
        '{"name":"probabilities","datatype":"FP32","shape":[2,2],"data":[0.27869827,0.72130173,0.7586689,0.2413311]}]}',
    );
    assert.match(answer.headers.get('x-model') ?? '', /^flight-delay\/1@[0-9a-f]{12}$/);
    assert.equal(answer.headers.get('content-type'), 'application/json');
  });

  it('answers the outputs that are asked for, compressed or not, with a version or without', async () => {
    const document = { ...FLIGHTS, outputs: [{ name: 'probability' }] };
    const { text } = await infer(document);
    assert.equal(
      text,
      '{"model_name":"flight-delay","model_version":"1","outputs":[{"name":"probability","datatype":"FP32","shape":[2],"data":[0.72130173,0.2413311]}]}',
    );
    assert.equal((await infer(document, `${MODEL}/versions/1/infer`)).text, text);
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const body = gzipSync(JSON.stringify(document));
    assert.equal((await ask(`${MODEL}/infer`, { method: 'POST', headers, body })).text, text);
    const plain = { method: 'POST', body: new Blob([JSON.stringify(document)]) };
    assert.equal((await ask(`${MODEL}/infer`, plain)).text, text);
  });

  for (const [why, document, status, says] of [
    [
      'an unknown category',
      { inputs: [{ ...OPERA, data: ['K.L.M.', 'KLM'] }, KIND, MONTH] },
      400,
      'Row 1: column \\"OPERA\\"',
    ],
    [
      'a bad row of many',
      { inputs: [OPERA, KIND, { ...MONTH, data: [13, 0] }] },
      400,
      '2 of 2 rows cannot be scored',
    ],
    [
      'an element of another type',
      { inputs: [OPERA, KIND, { ...MONTH, data: [7, 1.5] }] },
      400,
      '(INT64), got 1.5',
    ],
    [
      'another feature count',
      { inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 36], data: Array(36).fill(0) }] },
      400,
      'expected [n, 37]',
    ],
    [
      'a feature that is no number',
      { inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 37], data: ['1', ...Array(36).fill(0)] }] },
      400,
      '"feature":"OPERA_Aerolineas Argentinas"',
    ],
    [
      'an unknown output',
      { ...FLIGHTS, outputs: [{ name: 'proba' }] },
      400,
      'label, probability, probabilities',
    ],
  ] as const) {
    it(`with ${why} is answered ${status}`, async () => {
      const { status: got, text, headers } = await infer(document);
      assert.equal(got, status);
      if (text.includes('"row":')) assert.match(headers.get('x-model') ?? '', /^flight-delay\/1@/);
      assert.ok(text.includes(says), text);
      const { error, code } = JSON.parse(text);
      assert.deepEqual([typeof error, typeof code], ['string', 'string']);
    });
  }

  for (const [why, headers, status, says] of [
    [
      'of binary tensors',
      { ...JSON_TYPE, 'inference-header-content-length': '12' },
      400,
      'binary_data=False',
    ],
    ['of bytes', { 'content-type': 'application/octet-stream' }, 400, 'binary_data=False'],
    [
      'under the type of a form',
      { 'content-type': 'application/x-www-form-urlencoded' },
      400,
      'CONTENT_TYPE_MISMATCH',
    ],
    ['under the type of CSV', { 'content-type': 'text/csv' }, 415, 'expected application/json'],
  ] as const) {
    it(`${why} is answered ${status}`, async () => {
      const answer = await ask(`${MODEL}/infer`, { method: 'POST', headers, body: JSON.stringify(FLIGHTS) });
      assert.equal(answer.status, status);
      assert.ok(answer.text.includes(says), answer.text);
    });
  }

  it('for a model that is not served is answered 404', async () => {
    assert.equal((await infer(FLIGHTS, '/v2/models/other/infer')).status, 404);
    assert.equal((await infer(FLIGHTS, `${MODEL}/versions/7/infer`)).status, 404);
  });

  it('gives each row of features the probability that /predict prints, digit by digit', async () => {
    const value = fc.oneof(fc.constantFrom(0, 1), fc.float({ noNaN: true, min: -1000, max: 1000 }));
    const row = fc.array(value, { minLength: 37, maxLength: 37 });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
        const shape = [rows.length, 37];
        const matrix = { name: 'features', datatype: 'FP32', shape };
        const outputs = [{ name: 'probability' }];
        const predict = await infer({ instances: rows }, '/predict');
        const printed = [...predict.text.matchAll(/"probability":([^,]+)/g)].map(([, number]) => number);
        for (const data of [rows, rows.flat()]) {
          const { text } = await infer({ inputs: [{ ...matrix, data }], outputs });
          assert.equal(/"data":\[([^\]]*)\]/.exec(text)?.[1], printed.join(','), text);
        }
      }),
      { numRuns: 50 },
    );
  });
});
