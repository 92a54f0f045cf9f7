// Bodies of many rows: scored in slices, answered as Accept asks, and refused where too much is under way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { ADMISSION_LIMITS, type AdmissionLimits } from '../../functions/http/admission.ts';
import { createPredictHandler } from '../../functions/http/routes.ts';
import { composePredict, type HttpParts } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';

const ROWS = 3000;
const AIRLINES = ['Grupo LATAM', 'Sky Airline', 'Copa Air', 'Iberia'];
const flights = Array.from({ length: ROWS }, (_, row) => ({
  OPERA: AIRLINES[row % AIRLINES.length] as string,
  TIPOVUELO: row % 5 === 0 ? 'I' : 'N',
  MES: (row % 12) + 1,
}));
const BAD = 1234;
const withBad = flights.map((flight, row) => (row === BAD ? { ...flight, MES: 13 } : flight));

let parts: HttpParts;
const servers: Server[] = [];
before(async () => {
  const model = join(import.meta.dirname, '../../model-files/flight-delay');
  parts = await composePredict(readConfig({ MODEL_URI: model, LOG_LEVEL: 'ERROR' }));
});
after(() => {
  for (const server of servers) server.close();
});

async function serve(
  limits: AdmissionLimits = ADMISSION_LIMITS,
  more: Partial<HttpParts> = {},
): Promise<string> {
  const handler = createPredictHandler({ ...parts, ...more }, limits);
  const server = createServer((incoming, response) => void handler(incoming, response)).listen(
    0,
    '127.0.0.1',
  );
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
}

interface Prediction {
  readonly label?: number;
  readonly probability?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

function post(url: string, contentType: string, body: string, accept = '*/*'): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'Content-Type': contentType, Accept: accept }, body });
}

const toCsv = (rows: readonly object[]): string =>
  `OPERA,TIPOVUELO,MES\n${rows.map((row) => `${Object.values(row).join(',')}\n`).join('')}`;
const toNdjson = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('bodies of many rows', () => {
  let url: string;
  let expected: readonly Prediction[];
  before(async () => {
    url = await serve();
    const parsed: Prediction[] = [];
    for (let start = 0; start < ROWS; start += 100) {
      const answer = await post(
        url,
        'application/json',
        JSON.stringify({ instances: flights.slice(start, start + 100) }),
      );
      parsed.push(...((await answer.json()) as { predictions: Prediction[] }).predictions);
    }
    expected = parsed;
    assert.equal(new Set(expected.map(({ probability }) => probability)).size > 20, true);
  });

  it('give the predictions that small ones give, in every notation and every answer', async () => {
    const bodies = [
      ['application/json', JSON.stringify({ instances: flights })],
      ['application/x-ndjson', toNdjson(flights)],
      ['text/csv', toCsv(flights)],
    ] as const;
    for (const [type, body] of bodies) {
      const asJson = await post(url, type, body, 'application/json');
      const { predictions, model } = (await asJson.json()) as { predictions: Prediction[]; model: object };
      assert.deepEqual(predictions, expected, `${type} to JSON`);
      assert.equal((model as { name: string }).name, 'flight-delay');
      const asLines = await post(url, type, body, 'text/html;q=0.9, application/x-ndjson');
      assert.equal(asLines.headers.get('content-type'), 'application/x-ndjson');
      const lines = (await asLines.text()).trimEnd().split('\n');
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)),
        expected,
        `${type} to NDJSON`,
      );
      const asCsv = await post(url, type, body, 'text/csv');
      const [header, ...rows] = (await asCsv.text()).trimEnd().split('\n');
      assert.equal(
        header,
        type === 'text/csv' ? 'OPERA,TIPOVUELO,MES,label,probability' : 'label,probability',
      );
      assert.deepEqual(
        rows.map((row) => row.split(',').slice(-2).map(Number)),
        expected.map(({ label, probability }) => [label, probability]),
        `${type} to CSV`,
      );
    }
  });

  it('tell a bad row by its place, and fail for it', async () => {
    const json = await post(url, 'application/json', JSON.stringify({ instances: withBad }));
    const csv = await post(url, 'text/csv', toCsv(withBad));
    const csvAsJson = await post(url, 'text/csv', toCsv(withBad), 'application/json');
    const lines = await post(url, 'application/x-ndjson', toNdjson(withBad));
    for (const [answer, line] of [
      [json, undefined],
      [lines, undefined],
      [csv, BAD + 2],
      [csvAsJson, BAD + 2],
    ] as const) {
      assert.equal(answer.status, 400);
      const { details, error_count } = (await answer.json()) as { details: object[]; error_count: number };
      assert.equal(error_count, 1);
      const place = line === undefined ? { row: BAD } : { row: BAD, line };
      assert.partialDeepStrictEqual(details, [{ ...place, column: 'MES', code: 'UNKNOWN_CATEGORY' }]);
    }
  });

  it('keep the place of a bad row under partial, and come in chunks without a length', async () => {
    const parameters = { on_error: 'partial' };
    const json = await post(url, 'application/json', JSON.stringify({ instances: withBad, parameters }));
    const { predictions } = (await json.json()) as { predictions: Prediction[] };
    assert.equal(predictions[BAD]?.error?.code, 'UNKNOWN_CATEGORY');
    assert.match(predictions[BAD]?.error?.message ?? '', /^Row 1234: /);
    assert.deepEqual(predictions.toSpliced(BAD, 1), expected.toSpliced(BAD, 1));
    const partial = `${url}?on_error=partial`;
    const lines = await post(partial, 'application/x-ndjson', toNdjson(withBad));
    assert.deepEqual(
      (await lines.text())
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      predictions,
    );
    const csv = await post(partial, 'text/csv', toCsv(withBad));
    const [header, ...rows] = (await csv.text()).trimEnd().split('\n');
    assert.equal(header, 'OPERA,TIPOVUELO,MES,label,probability,error');
    assert.match(rows[BAD] ?? '', /^[^,]+,[IN],13,,,.*MES/);
    assert.equal(rows[0], `Grupo LATAM,I,1,${expected[0]?.label},${expected[0]?.probability},`);
    const narrow = await post(partial, 'application/x-ndjson', toNdjson(withBad), 'text/csv');
    assert.match((await narrow.text()).split('\n')[BAD + 1] ?? '', /^,,.*MES/);
    for (const answer of [json, lines, csv, narrow]) {
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-length'), null);
      assert.match(answer.headers.get('x-model') ?? '', /^flight-delay\//);
    }
  });

  it('say what is wrong with a document that breaks off behind its first slices', async () => {
    const whole = JSON.stringify({ instances: flights });
    const answer = await post(url, 'application/json', `${whole.slice(0, -20)}}]}`);
    assert.equal(answer.status, 400);
    assert.equal(((await answer.json()) as { code: string }).code, 'INVALID_JSON');
    const partial = { parameters: { on_error: 'partial' } };
    const late = `${JSON.stringify({ ...partial, instances: flights }).slice(0, -3)},}]}`;
    await assert.rejects(async () => {
      const broken = await post(url, 'application/json', late);
      assert.equal(broken.status, 400); // or its rows begin, and the connection is cut
      await broken.text();
      throw new Error('refused at once');
    });
  });

  it('let a client go in the middle, and serve the next', async () => {
    const body = toCsv(flights.concat(flights, flights));
    const left = request(`${url}?on_error=partial`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/csv' },
    });
    left.on('error', () => undefined);
    left.end(body);
    const [answer] = await once(left, 'response');
    answer.destroy();
    const next = await post(url, 'text/csv', toCsv(flights));
    assert.equal(next.status, 200);
    assert.equal((await next.text()).split('\n').length, ROWS + 2);
  });
});

describe('a table without rows', () => {
  it('is answered with none, as whatever it is asked for; lines without rows are refused', async () => {
    const url = await serve();
    const header = toCsv([]);
    const json = await post(url, 'text/csv', header, 'application/json');
    assert.deepEqual(((await json.json()) as { predictions: unknown }).predictions, []);
    assert.equal(await (await post(url, 'text/csv', header, 'application/x-ndjson')).text(), '');
    const csv = await post(url, 'text/csv', header);
    assert.equal(await csv.text(), 'OPERA,TIPOVUELO,MES,label,probability\n');
    for (const accept of ['application/json', 'text/csv']) {
      assert.equal((await post(url, 'application/x-ndjson', '\n', accept)).status, 400);
    }
  });
});

describe('too much at once', () => {
  const single = JSON.stringify(flights[0]);

  it('is refused before its body is read, with when to try again; what is under way ends well', async () => {
    const gate = Promise.withResolvers<void>();
    const { scorer } = parts;
    const slow: HttpParts['scorer'] = {
      ...scorer,
      withModel: (use, options) => gate.promise.then(() => scorer.withModel(use, options)),
    };
    const url = await serve({ ...ADMISSION_LIMITS, requests: 3 }, { scorer: slow });
    const admitted = [1, 2, 3].map(() => post(url, 'application/json', single));
    let refused: Response;
    do refused = await post(url, 'application/json', single);
    while (refused.status === 200);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('retry-after'), '5');
    assert.equal(((await refused.json()) as { code: string }).code, 'OVERLOADED');
    gate.resolve();
    for (const answer of await Promise.all(admitted)) assert.equal(answer.status, 200);
    assert.equal((await post(url, 'application/json', single)).status, 200);
  });

  it('is given back for answers that wait behind another when their client leaves', async () => {
    const gate = Promise.withResolvers<void>();
    const { scorer } = parts;
    let calls = 0;
    let scored = 0;
    const slow: HttpParts['scorer'] = {
      ...scorer,
      async withModel(use, options) {
        calls += 1;
        if (calls === 1) await gate.promise;
        return scorer.withModel(use, options).finally(() => {
          scored += 1;
        });
      },
    };
    const url = await serve({ ...ADMISSION_LIMITS, requests: 2 }, { scorer: slow });
    const body = toCsv(flights);
    const head = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\n`;
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`.repeat(2));
    while (scored === 0) await nextTurn();
    socket.destroy();
    gate.resolve();
    while (scored < 2) await nextTurn();
    for (let count = 0; count < 4; count += 1) {
      assert.equal((await post(url, 'text/csv', body)).status, 200);
      const both = await Promise.all([1, 2].map(() => post(url, 'text/csv', body)));
      assert.deepEqual(
        both.map(({ status }) => status),
        [200, 200],
      );
    }
  });

  it('counts the bytes of bodies as they come, inflated ones too; small ones always find room', async () => {
    const url = await serve({ ...ADMISSION_LIMITS, bytes: 30_000 });
    const large = toCsv(flights.concat(flights)); // 100 kB
    assert.equal((await post(url, 'text/csv', large)).status, 429);
    const headers = { 'Content-Type': 'text/csv', 'Content-Encoding': 'gzip' };
    const packed = await fetch(url, { method: 'POST', headers, body: gzipSync(large) });
    assert.equal(packed.status, 429);
    const unsized = await fetch(url, {
      ...{ method: 'POST', headers: { 'Content-Type': 'text/csv' }, duplex: 'half' },
      body: new Blob([large]).stream(),
    } as RequestInit);
    assert.equal(unsized.status, 429);
    assert.equal((await post(url, 'text/csv', toCsv(flights))).status, 200);
  });
});
