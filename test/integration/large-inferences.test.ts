// Inferences of many rows: decoded, scored and answered in slices, with the answers of small ones.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { BAD, flights, post, ROWS, serve, withBad } from './many-flights.ts';

type Flight = (typeof flights)[number];
const DATATYPES = { OPERA: 'BYTES', TIPOVUELO: 'BYTES', MES: 'INT64' } as const;

/** More than is decoded as a whole. */
const PADDING = ' '.repeat(200_000);

function toInference(rows: readonly Flight[], isNested = false): string {
  const inputs = Object.entries(DATATYPES).map(([name, datatype]) => {
    const values = rows.map((row) => row[name as keyof Flight]);
    const data = isNested ? values.map((value) => [value]) : values;
    return { name, shape: [rows.length, 1], datatype, data };
  });
  return JSON.stringify({ id: '7', inputs });
}

interface Inference {
  readonly outputs: readonly { readonly name: string; readonly data: readonly number[] }[];
}

describe('inferences of many rows', () => {
  let url: string;
  before(async () => {
    url = (await serve()).replace('/predict', '/v2/models/flight-delay/infer');
  });
  const infer = async (body: string) => {
    const answer = await post(url, 'application/json', body);
    return { status: answer.status, text: await answer.text(), length: answer.headers.get('content-length') };
  };

  it('give the predictions that small ones give, nested or flat', async () => {
    const expected: Record<string, number[]> = {};
    for (let start = 0; start < ROWS; start += 100) {
      const { text } = await infer(toInference(flights.slice(start, start + 100)));
      for (const { name, data } of (JSON.parse(text) as Inference).outputs) {
        expected[name] = [...(expected[name] ?? []), ...data];
      }
    }
    for (const isNested of [false, true]) {
      const { status, text } = await infer(PADDING + toInference(flights, isNested));
      assert.equal(status, 200, text);
      const { outputs } = JSON.parse(text) as Inference;
      assert.deepEqual(Object.fromEntries(outputs.map(({ name, data }) => [name, data])), expected);
    }
  });

  it('are answered byte by byte as small ones are', async () => {
    const some = flights.slice(0, 20);
    const bodies = [
      toInference(some),
      toInference(some, true),
      toInference(some).replace('"MES"', '"Mes"'),
      toInference(some).replace('"shape":[20,1]', '"shape":[21,1]'),
      toInference(some.map((flight, row) => (row % 3 === 0 ? { ...flight, MES: 13.5 } : flight))),
      toInference(some.map((flight) => ({ ...flight, OPERA: 'KLM' }))),
      toInference(some).replace('"data"', '"data":[1],"data"'),
      toInference(some).replace('"inputs"', '"outputs":[{"name":"proba"}],"inputs"'),
      toInference(some).replace('"inputs"', '"outputs":[{"name":"probability"}],"inputs"'),
    ];
    for (const body of bodies) {
      const large = await infer(PADDING + body);
      assert.deepEqual(large, await infer(body));
      assert.ok(large.status === 200 || (JSON.parse(large.text) as { code: string }).code !== 'INVALID_JSON');
    }
    assert.match((await infer(`${PADDING}${toInference(some).slice(0, -9)}}`)).text, /INVALID_JSON/);
  });

  it('tell a bad row by its place', async () => {
    const { status, text } = await infer(PADDING + toInference(withBad));
    assert.equal(status, 400);
    const { details, error_count } = JSON.parse(text) as { details: object[]; error_count: number };
    assert.equal(error_count, 1);
    assert.partialDeepStrictEqual(details, [{ row: BAD, column: 'MES', code: 'UNKNOWN_CATEGORY' }]);
  });

  it('come without a length where the answer is large', async () => {
    const many = Array.from({ length: 12 }, () => flights).flat();
    const { status, text, length } = await infer(toInference(many));
    assert.deepEqual([status, length], [200, null]);
    assert.ok(text.length > 1024 * 1024);
    const { outputs } = JSON.parse(text) as Inference;
    assert.equal(outputs[0]?.data.length, many.length);
  });
});
