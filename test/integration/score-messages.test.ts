// Features delivered as pushes: predictions, dead letters, acknowledgement.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TopicMessage } from '../../src/adapters/local/topic-file.ts';
import { type FunctionServer, type PushedMessage, startServer } from './function-server.ts';

const FLIGHT = '{"OPERA": "Grupo LATAM", "TIPOVUELO":"I","MES":7}';
const BAD = '{ "OPERA":"nobody", "TIPOVUELO":"I","MES":7.0 }';
const HEADER = 'id,OPERA,TIPOVUELO,MES';
const NDJSON = { 'content-type': 'application/x-ndjson' };
const CSV = { 'content-type': 'text/csv' };

let server: FunctionServer;
before(async () => {
  server = await startServer('score');
});
after(() => server.stop());

interface Outputs {
  readonly status: number;
  readonly predictions: readonly { readonly data: Record<string, unknown>; readonly message: TopicMessage }[];
  readonly letters: readonly {
    readonly data: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

/** Delivers a message and returns what it added to the topics. */
async function deliver(message: PushedMessage): Promise<Outputs> {
  const before = [
    (await server.topic('predictions')).length,
    (await server.topic('dead-letters')).length,
  ] as const;
  const status = await server.push('/features', message);
  const predictions = (await server.topic('predictions')).slice(before[0]);
  const letters = (await server.topic('dead-letters')).slice(before[1]);
  return {
    status,
    predictions: predictions.map((each) => ({
      data: JSON.parse(Buffer.from(each.data).toString()),
      message: each,
    })),
    letters: letters.map(({ data, attributes }) => ({ data: Buffer.from(data).toString(), attributes })),
  };
}

describe('a message with', () => {
  for (const [why, data, attributes, good, bad] of [
    ['one instance', FLIGHT, {}, 1, []],
    ['instances, one of them bad', `{"instances":[${FLIGHT}, ${BAD} ,${FLIGHT}]}`, {}, 2, [BAD]],
    ['x', `{"x":[${'0,'.repeat(36)}0]}`, {}, 1, []],
    ['lines of JSON without a type', `${FLIGHT}\n${BAD}\n${FLIGHT}\n`, {}, 2, [BAD]],
    ['NDJSON with a line that is none', `${FLIGHT}\r\n{oops\n`, NDJSON, 1, ['{oops']],
    [
      'CSV',
      `${HEADER}\r\n1,Grupo LATAM,I,7\r\n"2",nobody ,I,7\r\n`,
      CSV,
      1,
      [`${HEADER}\r\n"2",nobody ,I,7`],
    ],
    [
      'CSV with a quote left open',
      `${HEADER}\n"1,Grupo LATAM,I,7\n2,K.L.M.,I,1\n`,
      CSV,
      1,
      [`${HEADER}\n"1,Grupo LATAM,I,7`],
    ],
  ] as const) {
    it(`${why} gives one output a row, and dead letters hold the row as it was`, async () => {
      const { status, predictions, letters } = await deliver({ id: why, data, attributes });
      assert.deepEqual(
        [status, predictions.length, letters.map((letter) => letter.data)],
        [204, good, [...bad]],
      );
      const rows = [
        ...predictions.map(({ data: { row } }) => row),
        ...letters.map(({ attributes: all }) => Number(all['source-row'])),
      ];
      assert.deepEqual(rows.sort(), [...rows.keys()]);
      for (const { data: fields } of predictions)
        assert.equal(fields['prediction_id'], `${why}/${fields['row']}`);
      for (const { attributes: all } of letters) {
        assert.equal(all['dead-letter-id'], `${why}/${all['source-row']}`);
        assert.deepEqual(
          [all['dead-letter-kind'], all['source-topic'], all['source-subscription']],
          ['row', 'features', 'projects/local/subscriptions/test'],
        );
      }
    });
  }

  it('50,000 rows goes through in slices', async () => {
    const { status, predictions } = await deliver({
      id: 'many',
      data: `${FLIGHT}\n`.repeat(50_000),
      attributes: NDJSON,
    });
    assert.equal(status, 204);
    assert.equal(new Set(predictions.map(({ data }) => data['prediction_id'])).size, 50_000);
  });

  it('attributes passes them on, but for those that Pub/Sub refuses or that describe the input', async () => {
    const attributes = {
      team: 'a',
      googclient_x: '1',
      'content-type': 'application/json',
      'error-code': 'mine',
    };
    const { predictions, letters } = await deliver({
      id: 'attributes',
      data: `{"instances":[${FLIGHT},{}]}`,
      attributes,
    });
    assert.deepEqual(predictions[0]?.message.attributes, { team: 'a', 'error-code': 'mine' });
    assert.equal(letters[0]?.attributes['error-code'], 'MISSING_COLUMN');
    assert.equal(letters[0]?.attributes['team'], 'a');
    assert.equal(letters[0]?.attributes['googclient_x'], undefined);
  });
});

describe('a delivery of which no row can be told apart', () => {
  for (const [why, message] of [
    ['no data', { id: 'no-data' }],
    ['attributes alone', { id: 'attributes-only', attributes: { a: 'b' } }],
    ['truncated JSON', { id: 'truncated', data: '{"instances":[' }],
    ['no instances', { id: 'none', data: '{"instances":[]}' }],
    ['a JSON scalar', { id: 'scalar', data: '7' }],
    ['invalid UTF-8', { id: 'utf8', data: Buffer.from([0xff, 0xfe, 0xfd]) }],
    ['an unknown content-type', { id: 'type', data: 'x', attributes: { 'content-type': 'image/png' } }],
    ['CSV without a header that fits', { id: 'headless', data: 'Grupo LATAM,I,7\n', attributes: CSV }],
    ['CSV with a header alone', { id: 'header-only', data: `${HEADER}\n`, attributes: CSV }],
  ] as const) {
    it(`because of ${why} becomes one dead letter, whole, and is acknowledged`, async () => {
      const { status, predictions, letters } = await deliver(message);
      assert.deepEqual([status, predictions.length, letters.length], [204, 0, 1]);
      assert.equal(letters[0]?.attributes['dead-letter-kind'], 'message');
      assert.equal(letters[0]?.attributes['dead-letter-id'], message.id);
      const data: string | Uint8Array = 'data' in message ? message.data : '';
      assert.equal(letters[0]?.data, Buffer.from(data).toString());
    });
  }

  for (const [why, body, code] of [
    ['broken base64', '{"message":{"data":"%%%","messageId":"b64"},"subscription":"s"}', 'INVALID_MESSAGE'],
    ['a body that is no JSON', '{oops', 'INVALID_JSON'],
    ['no body', '', 'INVALID_MESSAGE'],
    ['a push that is cut', '{"message":{"data":"e3', 'INVALID_JSON'],
    ['a batch of events', '[{"specversion":"1.0","type":"t","id":"1","source":"s"}]', 'INVALID_MESSAGE'],
    ['an event of another type', '{"specversion":"1.0","type":"t","id":"1","source":"s"}', 'INVALID_MESSAGE'],
  ] as const) {
    it(`because of ${why} becomes one dead letter with an id of its own`, async () => {
      const before = (await server.topic('dead-letters')).length;
      for (let times = 0; times < 2; times += 1) {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${server.url}/features`, { method: 'POST', headers, body });
        assert.equal(answer.status, 204);
      }
      const [first, second, ...more] = (await server.topic('dead-letters')).slice(before);
      assert.deepEqual(more, []);
      assert.equal(first?.attributes['error-code'], code);
      assert.equal(first?.attributes['dead-letter-id'], second?.attributes['dead-letter-id']);
    });
  }
});

describe('the scoring function', () => {
  it('gives equal outputs for a message that comes twice, and twice at once', async () => {
    const message = { id: 'again', data: `{"instances":[${FLIGHT},${BAD}]}` };
    const strip = (outputs: Outputs) => [
      outputs.predictions.map(({ data }) => ({ ...data, scored_at: '' })),
      outputs.letters,
    ];
    const once = await deliver(message);
    assert.deepEqual(strip(await deliver(message)), strip(once));
    const before = (await server.topic('predictions')).length;
    const statuses = await Promise.all([message, message].map((each) => server.push('/features', each)));
    assert.deepEqual(statuses, [204, 204]);
    assert.equal((await server.topic('predictions')).length, before + 2);
  });

  it('refuses a wrong path or method, and nothing else, with a 4xx', async () => {
    assert.equal((await fetch(`${server.url}/feature`, { method: 'POST', body: '{}' })).status, 404);
    const get = await fetch(`${server.url}/features`);
    assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST']);
  });
});
