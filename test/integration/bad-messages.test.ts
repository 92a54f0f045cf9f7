// Messages that nobody should send: each is acknowledged, and nothing of it is lost.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { TopicMessage } from '../../src/adapters/local/topic-file.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { type FunctionServer, startServer } from './function-server.ts';

const MB = 1_000_000;
const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const HEADER = 'OPERA,TIPOVUELO,MES';
const NDJSON = { 'content-type': 'application/x-ndjson' };
const CSV = { 'content-type': 'text/csv' };
const GZIP = { 'content-encoding': 'gzip' };
const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const kilobytes = Object.fromEntries(
  Array.from({ length: 100 }, (_, index) => [`k${index}`, 'é'.repeat(512)]),
);
const gzipped = gzipSync(FLIGHT);

interface BadMessage {
  readonly why: string;
  readonly data: string | Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  readonly code: ErrorCode;
  /** What the letter holds. @default `data`, whole */
  readonly row?: string | Uint8Array;
  /** Rows that are scored nevertheless. */
  readonly good: number;
}

const whole = (
  why: string,
  data: string | Uint8Array,
  code: ErrorCode,
  attributes: Readonly<Record<string, string>> = {},
): BadMessage => ({ why, data, attributes, code, good: 0 });

const row = (
  why: string,
  data: string | Uint8Array,
  code: ErrorCode,
  {
    attributes = {},
    bad = data,
    good = 0,
  }: {
    readonly attributes?: Readonly<Record<string, string>>;
    readonly bad?: string | Uint8Array;
    readonly good?: number;
  } = {},
): BadMessage => ({ why, data, attributes, code, row: bad, good });

const notUtf8 = Buffer.from(FLIGHT.replace('Grupo', '\xff'), 'latin1');
const longOpera = FLIGHT.replace('Grupo', 'G'.repeat(MB));
const longMonth = FLIGHT.replace('7', '7'.repeat(MB));

const BAD_MESSAGES: readonly BadMessage[] = [
  whole('empty data', '', 'INVALID_MESSAGE'),
  whole('nothing but line ends', '\n'.repeat(MB), 'INVALID_MESSAGE', NDJSON),
  whole('invalid UTF-8', notUtf8, 'INVALID_ENCODING'),
  row('a line of invalid UTF-8', Buffer.concat([notUtf8, Buffer.from(`\n${FLIGHT}`)]), 'INVALID_ENCODING', {
    attributes: NDJSON,
    bad: notUtf8,
    good: 1,
  }),
  whole('UTF-16', Buffer.from(`\ufeff${FLIGHT}\n`, 'utf16le'), 'INVALID_ENCODING', NDJSON),
  whole('an unknown content-type', FLIGHT, 'UNSUPPORTED_MEDIA_TYPE', { 'content-type': 'application/xml' }),
  whole('gzip cut short', gzipped.subarray(0, -4), 'INVALID_COMPRESSION', { ...GZIP, ...NDJSON }),
  whole(
    'gzip with more behind it',
    Buffer.concat([gzipped, Buffer.from('more')]),
    'INVALID_COMPRESSION',
    GZIP,
  ),
  whole('no gzip where it is said', FLIGHT, 'INVALID_COMPRESSION', GZIP),
  whole('another compression', FLIGHT, 'INVALID_COMPRESSION', { 'content-encoding': 'br' }),
  whole('a gzip bomb', gzipSync(Buffer.alloc(100 * MB, '\n')), 'BODY_TOO_LARGE', { ...GZIP, ...NDJSON }),
  whole('10 MB of [', '['.repeat(9.9 * MB), 'INVALID_JSON'),
  row('a line of 9 MB of [', `${FLIGHT}\n${'['.repeat(9 * MB)}`, 'INVALID_JSON', {
    bad: '['.repeat(9 * MB),
    good: 1,
  }),
  whole('JSON nested 100,000 deep', deep, 'INVALID_JSON'),
  row('a line nested 100,000 deep', `${deep}\n${FLIGHT}`, 'INVALID_JSON', {
    attributes: NDJSON,
    bad: deep,
    good: 1,
  }),
  whole('9 MB of empty objects', `{"instances":[${'{},'.repeat(3 * MB)}{}]}`, 'BODY_TOO_LARGE'),
  row('a row of 1 MB', longOpera, 'UNKNOWN_CATEGORY'),
  row('a line of 1 MB', `${FLIGHT}\n${longOpera}\n`, 'UNKNOWN_CATEGORY', { bad: longOpera, good: 1 }),
  row('a number of 1 MB of digits', longMonth, 'UNKNOWN_CATEGORY'),
  row('a CSV row of 1 MB', `${HEADER}\n${'G'.repeat(MB)},I,7\nGrupo LATAM,I,7`, 'UNKNOWN_CATEGORY', {
    attributes: CSV,
    bad: `${HEADER}\n${'G'.repeat(MB)},I,7`,
    good: 1,
  }),
  row('a CSV number of 1 MB of digits', `${HEADER}\nGrupo LATAM,I,${'7'.repeat(MB)}\n`, 'UNKNOWN_CATEGORY', {
    attributes: CSV,
    bad: `${HEADER}\nGrupo LATAM,I,${'7'.repeat(MB)}`,
  }),
  whole('CSV without a header', 'Grupo LATAM,I,7\nGrupo LATAM,I,8\n', 'MISSING_COLUMN', CSV),
  whole('a CSV header that does not end', `${HEADER},${'x'.repeat(2 * MB)}`, 'INVALID_HEADER', CSV),
  whole('NUL bytes', '\0\0\0\0', 'INVALID_JSON'),
  row('NUL bytes in a value', FLIGHT.replace('Grupo', '\\u0000'), 'UNKNOWN_CATEGORY'),
  row('NUL bytes in a CSV', `${HEADER}\n\0,I,7\nGrupo LATAM,I,7\n`, 'UNKNOWN_CATEGORY', {
    attributes: CSV,
    bad: `${HEADER}\n\0,I,7`,
    good: 1,
  }),
  row('100 attributes of 1 KB', FLIGHT.replace('7', '13'), 'UNKNOWN_CATEGORY', { attributes: kilobytes }),
];

let server: FunctionServer;
before(async () => {
  server = await startServer('score');
});
after(() => server.stop());

describe('a message of', () => {
  for (const [index, { why, data, attributes, code, row: bad, good }] of BAD_MESSAGES.entries()) {
    it(`${why} is acknowledged, and gives one dead letter: ${code}`, async () => {
      const id = `bad-${index}`;
      assert.equal(await server.push('/features', { id, data, attributes: { ...attributes } }), 204);
      const letters = (await server.topic('dead-letters')).filter(
        (letter) => letter.attributes['source-message-id'] === id,
      );
      assert.deepEqual(
        letters.map((letter) => letter.attributes['error-code']),
        [code],
      );
      assertLetter(letters[0], bad ?? data, bad === undefined ? 'message' : 'row');
      if (bad === undefined) {
        for (const name of ['content-type', 'content-encoding']) {
          assert.equal(letters[0]?.attributes[name], attributes[name]);
        }
      }
      assert.equal(await countPredictions(id), good);
    });
  }

  it('a gzip bomb, sixty times at once, is refused each time', async () => {
    const bomb = { data: gzipSync(Buffer.alloc(100 * MB)), attributes: { ...GZIP, ...NDJSON } };
    const pushes = Array.from({ length: 60 }, (_, index) =>
      server.push('/features', { id: `bomb-${index}`, ...bomb }),
    );
    assert.deepEqual(new Set(await Promise.all(pushes)), new Set([204]));
    const letters = await server.topic('dead-letters');
    const bombs = letters.filter((letter) => letter.attributes['source-message-id']?.startsWith('bomb-'));
    assert.equal(bombs.length, 60);
  });
});

function assertLetter(letter: TopicMessage | undefined, data: string | Uint8Array, kind: string): void {
  assert.ok(letter !== undefined);
  assert.equal(letter.attributes['dead-letter-kind'], kind);
  assert.ok(Buffer.from(data).equals(letter.data), 'the letter holds other bytes than what came');
  const names = Object.keys(letter.attributes);
  assert.ok(names.length <= 100);
  for (const value of Object.values(letter.attributes)) assert.ok(Buffer.byteLength(value) <= 1024);
}

async function countPredictions(id: string): Promise<number> {
  const own = (await server.topic('predictions')).filter(({ data }) =>
    Buffer.from(data).includes(`"message_id":"${id}"`),
  );
  return own.length;
}
