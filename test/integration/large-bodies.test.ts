// Bodies of many rows: scored in slices, answered as Accept asks, and refused where too much is under way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { before, describe, it } from 'node:test';
import { BAD, flights, post, ROWS, serve, toCsv, toNdjson, withBad } from './many-flights.ts';

interface Prediction {
  readonly label?: number;
  readonly probability?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

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
