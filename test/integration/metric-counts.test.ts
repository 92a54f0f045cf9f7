// What requests add to the counts of /metrics, door by door.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FunctionServer, startServer } from './function-server.ts';
import { readMetrics, valuesOf } from './metric-values.ts';

const GOOD = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const BAD = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":13}';
const HEADER = 'OPERA,TIPOVUELO,MES\n';
const GOOD_LINE = 'Grupo LATAM,I,7\n';
const BAD_LINE = 'Grupo LATAM,I,13\n';
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const X = `x=${encodeURIComponent(JSON.stringify(new Array(37).fill(0)))}`;
const LARGE = 3000;
const TENSORS = JSON.stringify({
  inputs: [
    { name: 'OPERA', shape: [1], datatype: 'BYTES', data: ['Grupo LATAM'] },
    { name: 'TIPOVUELO', shape: [1], datatype: 'BYTES', data: ['I'] },
    { name: 'MES', shape: [1], datatype: 'INT64', data: [7] },
  ],
});

let server: FunctionServer;
before(async () => {
  server = await startServer('predict');
});
after(() => server?.stop());

interface Asked {
  readonly path?: string;
  readonly type: string;
  readonly accept?: string;
  readonly body: string;
}

async function ask({ path = '/predict', type, accept, body }: Asked): Promise<void> {
  const headers = { 'content-type': type, ...(accept === undefined ? {} : { accept }) };
  const answer = await fetch(server.url + path, { method: 'POST', headers, body });
  await answer.arrayBuffer();
}

const instances = (rows: readonly string[], onError = 'fail'): string =>
  `{"instances":[${rows.join(',')}],"parameters":{"on_error":"${onError}"}}`;

const repeat = (row: string, count = LARGE): string[] => new Array(count).fill(row);

describe('a request counts', () => {
  const partial = '/predict?on_error=partial';
  const unknown = 'UNKNOWN_CATEGORY';
  for (const [name, asked, counted] of [
    ['a form', { type: FORM, body: X }, { read: 1, scored: 1 }],
    ['a bad form', { type: FORM, body: 'x=[1]' }, { read: 1, code: 'WRONG_FEATURE_COUNT', status: 400 }],
    ['a form of nothing', { type: FORM, body: 'y=1' }, { error: 'INVALID_FORM', status: 400 }],
    ['one instance', { type: JSON_TYPE, body: GOOD }, { read: 1, scored: 1 }],
    ['instances', { type: JSON_TYPE, body: instances([GOOD, GOOD]) }, { read: 2, scored: 2 }],
    [
      'instances of which one is bad',
      { type: JSON_TYPE, body: instances([GOOD, BAD]) },
      { read: 2, code: unknown, status: 400 },
    ],
    [
      'instances of which one may be bad',
      { type: JSON_TYPE, body: instances([GOOD, BAD, GOOD], 'partial') },
      { read: 3, scored: 2, code: unknown },
    ],
    [
      'very many instances of which one may be bad',
      { type: JSON_TYPE, body: instances([...repeat(GOOD), BAD], 'partial') },
      { read: LARGE + 1, scored: LARGE, code: unknown },
    ],
    [
      'very many instances of which the last is bad',
      { type: JSON_TYPE, body: instances([...repeat(GOOD), BAD]) },
      { read: LARGE + 1, code: unknown, status: 400 },
    ],
    [
      'instances that are answered as lines',
      { type: JSON_TYPE, accept: 'application/x-ndjson', body: instances([GOOD, GOOD]) },
      { read: 2, scored: 2 },
    ],
    ['lines', { type: 'application/x-ndjson', body: `${GOOD}\n${GOOD}\n` }, { read: 2, scored: 2 }],
    [
      'lines of which one may be bad',
      { path: partial, type: 'application/x-ndjson', body: `${GOOD}\n{\n${GOOD}\n` },
      { read: 3, scored: 2, code: 'INVALID_JSON' },
    ],
    ['CSV', { type: 'text/csv', body: HEADER + GOOD_LINE + GOOD_LINE }, { read: 2, scored: 2 }],
    [
      'CSV of which a row is bad',
      { type: 'text/csv', body: HEADER + GOOD_LINE + BAD_LINE },
      { read: 2, code: unknown, status: 400 },
    ],
    [
      'much CSV of which a row may be bad',
      { path: partial, type: 'text/csv', body: HEADER + repeat(GOOD_LINE).join('') + BAD_LINE },
      { read: LARGE + 1, scored: LARGE, code: unknown },
    ],
    [
      'CSV that is answered as JSON',
      { type: 'text/csv', accept: JSON_TYPE, body: HEADER + GOOD_LINE },
      { read: 1, scored: 1 },
    ],
    [
      'CSV that cannot feed the model',
      { type: 'text/csv', body: 'a\n1\n' },
      { error: 'MISSING_COLUMN', status: 400 },
    ],
    [
      'tensors',
      { path: '/v2/models/flight-delay/infer', type: JSON_TYPE, body: TENSORS },
      { read: 1, scored: 1, route: '/v2/models/{model}/infer' },
    ],
    ['what is no JSON', { type: JSON_TYPE, body: '{' }, { error: 'INVALID_JSON', status: 400 }],
    [
      'an unknown path',
      { path: '/p/1?x', type: JSON_TYPE, body: GOOD },
      { error: 'NOT_FOUND', status: 404, route: 'unknown' },
    ],
    [
      'a method that is not taken',
      { path: '/ready', type: JSON_TYPE, body: GOOD },
      { error: 'METHOD_NOT_ALLOWED', status: 405, route: '/ready' },
    ],
  ] as const satisfies readonly (readonly [string, Asked, object])[]) {
    it(`as it should: ${name}`, async () => {
      const { read = 0, scored = 0, code, error, status = 200, route = '/predict' } = counted as Counted;
      const past = valuesOf(await readMetrics(server.url));
      await ask(asked);
      const now = valuesOf(await readMetrics(server.url));
      const changed = [...now]
        .map(([key, value]) => [key, value - (past.get(key) ?? 0)] as const)
        .filter(
          ([key, change]) =>
            change !== 0 && /^scorestream_(rows|requests_total|request_(rows_|errors))/.test(key),
        )
        .filter(([key]) => !key.includes('_bucket') && !key.includes('route="/metrics"'));
      assert.deepEqual(Object.fromEntries(changed), {
        [`scorestream_requests_total{route="${route}",status="${status}"}`]: 1,
        ...(read === 0 ? {} : { scorestream_request_rows_sum: read, scorestream_request_rows_count: 1 }),
        ...(scored === 0 ? {} : { scorestream_rows_scored_total: scored }),
        ...(code === undefined ? {} : { [`scorestream_rows_refused_total{code="${code}"}`]: 1 }),
        ...(error === undefined ? {} : { [`scorestream_request_errors_total{code="${error}"}`]: 1 }),
      });
    });
  }
});

interface Counted {
  readonly read?: number;
  readonly scored?: number;
  /** Of the one row that is bad. */
  readonly code?: string;
  readonly error?: string;
  readonly status?: number;
  readonly route?: string;
}
