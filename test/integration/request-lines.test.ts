// What the functions log of the requests that they answer.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FunctionServer, startServer } from './function-server.ts';

type Line = Readonly<Record<string, unknown>>;

const SECRET = 'Grupo LATAM';
const GOOD = `{"OPERA":"${SECRET}","TIPOVUELO":"I","MES":7}`;
const BAD = `{"OPERA":"${SECRET}","TIPOVUELO":"I","MES":13}`;

function linesOf(log: string, event: string): Line[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line['event'] === event);
}

describe('the prediction function', () => {
  let server: FunctionServer;
  let log: string;
  before(async () => {
    server = await startServer('predict', {
      environment: { REQUEST_LOG_RATIO: '1', GOOGLE_CLOUD_PROJECT: 'p1' },
    });
    await fetch(`${server.url}/predict?on_error=partial&key=s3cret`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', 'x-request-id': 'r-1', 'user-agent': 'test/1' },
      body: `${GOOD}\n${BAD}\n`,
    }).then((answer) => answer.text());
    await server.stop();
    log = server.log();
  });
  after(() => server?.stop());

  it('logs a request as Cloud Logging shows one', () => {
    const line = linesOf(log, 'REQUEST').find(({ requestId }) => requestId === 'r-1') ?? {};
    const { httpRequest, route, rows, model } = line;
    const { latency, ...rest } = httpRequest as { readonly latency: string };
    assert.deepEqual(rest, {
      ...{ requestMethod: 'POST', requestUrl: '/predict', status: 200, userAgent: 'test/1' },
    });
    assert.match(latency, /^\d+\.\d{6}s$/);
    assert.deepEqual([route, rows], ['/predict', { read: 2, scored: 1, refused: 1 }]);
    assert.deepEqual(Object.keys(model as object), ['name', 'version', 'digest']);
  });

  it('logs no value of a row and no query', () => {
    for (const text of [SECRET, 's3cret', 'key=', '13"']) assert.ok(!log.includes(text), text);
  });

  it('logs what it counted when it ends, whatever time has passed', () => {
    const { requests, status2xx, rowsScored, rowsRefused, rowErrors } = linesOf(log, 'STATS').at(-1) ?? {};
    assert.deepEqual([requests, status2xx, rowsScored, rowsRefused], [1, 1, 1, 1]);
    assert.deepEqual(rowErrors, { UNKNOWN_CATEGORY: 1 });
  });
});

describe('the scoring function', () => {
  let server: FunctionServer;
  let log: string;
  before(async () => {
    server = await startServer('score');
    await server.push('/features', { id: 'm-1', data: `{"instances":[${GOOD},${BAD},${GOOD}]}` });
    await server.push('/features', { id: 'm-2', data: '{' });
    await fetch(`${server.url}/nowhere`, { method: 'POST' }).then((answer) => answer.text());
    await server.stop();
    log = server.log();
  });
  after(() => server?.stop());

  it('counts deliveries by status and the rows of messages', () => {
    const [line = {}, ...more] = linesOf(log, 'STATS');
    assert.deepEqual(more, []);
    const { requests, status2xx, status4xx, rowsScored, rowsRefused, rowErrors, requestErrors } = line;
    assert.deepEqual([requests, status2xx, status4xx, rowsScored, rowsRefused], [3, 2, 1, 2, 1]);
    assert.deepEqual([rowErrors, requestErrors], [{ UNKNOWN_CATEGORY: 1 }, { NOT_FOUND: 1 }]);
  });

  it('logs no request where none failed and none is asked for', () => {
    assert.deepEqual(linesOf(log, 'REQUEST'), []);
  });
});
