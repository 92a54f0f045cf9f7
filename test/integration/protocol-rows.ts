/** Bytes on a connection, and what must come back. */
export interface ProtocolRow {
  readonly why: string;
  readonly send: string | readonly (string | Uint8Array)[];
  /** The statuses of all answers, in their order, 1xx included. */
  readonly statuses: readonly number[];
  /** Parts of the answers' bodies, in order. */
  readonly says?: readonly string[];
  /** The connection is closed after them. @default false */
  readonly closes?: boolean;
  /** What the framework's own listener answers, where that differs; it may vary from one time to another. */
  readonly alone?: readonly number[] | 'varies';
  readonly isHead?: boolean;
  readonly halfClose?: boolean;
}

const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const GET = 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n';
const OK = '{"status":"ok"}';
const MIB = 1024 * 1024;

const get = (fields: string, path = '/health', method = 'GET'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const post = (fields: string, body: string, path = '/predict'): string =>
  `${get(`Content-Type: application/json\r\n${fields}`, path, 'POST')}${body}`;
const whole = (body: string): string => post(`Content-Length: ${Buffer.byteLength(body)}\r\n`, body);
const chunked = (chunks: string, fields = ''): string =>
  post(`Transfer-Encoding: chunked\r\n${fields}`, chunks);
const hex = (text: string): string => text.length.toString(16);
const refused = (
  why: string,
  send: ProtocolRow['send'],
  { status = 400, says = 'INVALID_REQUEST' }: { readonly status?: number; readonly says?: string } = {},
): ProtocolRow => ({ why, send, statuses: [status], says: [says], closes: true, alone: [status] });
const served = (why: string, send: ProtocolRow['send'], says = ['"label":1']): ProtocolRow => ({
  why,
  send,
  statuses: says.map(() => 200),
  says,
});

/** What HTTP/1.1 lets a client do. */
export const ALLOWED: readonly ProtocolRow[] = [
  served('pipelined requests', [GET, whole(FLIGHT), GET, whole(FLIGHT)], [OK, '"label":1', OK, '"label":1']),
  served('a body in one chunk', chunked(`${hex(FLIGHT)}\r\n${FLIGHT}\r\n0\r\n\r\n`)),
  served('a body in chunks of a byte', [
    chunked(''),
    ...[...FLIGHT].map((byte) => `1\r\n${byte}\r\n`),
    '0\r\n\r\n',
  ]),
  served('trailers', [
    chunked(`${hex(FLIGHT)}\r\n${FLIGHT}\r\n0\r\nContent-Type: text/csv\r\nX-A: b\r\n\r\n`),
  ]),
  served('a chunk extension', chunked(`${hex(FLIGHT)};a=b;c="d"\r\n${FLIGHT}\r\n0\r\n\r\n`)),
  served('a request byte by byte', [...whole(FLIGHT)]),
  { ...served('the URL in absolute form', get('', 'http://example.com:80/health?x'), [OK]), alone: [404] },
  served('an upgrade that nobody asked for', get('Connection: Upgrade\r\nUpgrade: websocket\r\n'), [OK]),
  served(
    'an upgrade to HTTP/2',
    get('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n'),
    [OK],
  ),
  {
    ...served(
      'an expectation that nobody knows',
      post(`Expect: wonders\r\nContent-Length: ${FLIGHT.length}\r\n`, FLIGHT),
    ),
    alone: [417],
  },
  served('empty lines before it', `\r\n\r\n${GET}`, [OK]),
  { ...served('50 headers of 1 KiB', get(`X: ${'a'.repeat(1024)}\r\n`.repeat(50)), [OK]), alone: [431] },
  served('a GET with a body', `${get('Content-Length: 3\r\n')}abc${GET}`, [OK, OK]),
  {
    why: '100-continue',
    send: post(`Expect: 100-continue\r\nContent-Length: ${FLIGHT.length}\r\n`, FLIGHT),
    statuses: [100, 200],
  },
  {
    why: '100-continue behind a request that is being answered',
    send:
      whole(FLIGHT) +
      post(`Expect: 100-continue\r\nContent-Length: ${FLIGHT.length}\r\n`, FLIGHT, '/nowhere'),
    statuses: [200, 404],
    says: ['"label":1', 'NOT_FOUND'],
    alone: 'varies',
  },
  {
    why: '100-continue and a length that is too large',
    send: post(`Expect: 100-continue\r\nContent-Length: ${33 * MIB}\r\n`, ''),
    statuses: [413],
    says: ['BODY_TOO_LARGE'],
    closes: true,
    alone: [100],
  },
  {
    why: 'a body for the icon',
    send: post('Content-Length: 1\r\n', '{', '/favicon.ico'),
    statuses: [404],
    says: ['NOT_FOUND'],
    alone: [400],
  },
  { why: 'HEAD', send: get('', '/health', 'HEAD'), statuses: [200], isHead: true },
  { why: 'OPTIONS *', send: get('', '*', 'OPTIONS'), statuses: [204], alone: [404] },
  { why: 'HTTP/0.9', send: 'GET /health\r\n\r\n', statuses: [200], says: [OK], closes: true },
  { why: 'HTTP/1.0', send: 'GET /health HTTP/1.0\r\n\r\n', statuses: [200], says: [OK], closes: true },
  { why: 'Connection: close', send: get('Connection: close\r\n'), statuses: [200], says: [OK], closes: true },
];

/** What it doesn't, or what is more than is taken. */
export const REFUSED: readonly ProtocolRow[] = [
  refused(
    'Content-Length and Transfer-Encoding',
    chunked(`5\r\nabcde\r\n0\r\n\r\n`, 'Content-Length: 4\r\n'),
  ),
  refused('two lengths', post('Content-Length: 5\r\nContent-Length: 6\r\n', 'abcdef')),
  refused('one length twice', post('Content-Length: 5\r\nContent-Length: 5\r\n', 'abcde')),
  refused('a list of lengths', post('Content-Length: 5, 5\r\n', 'abcde')),
  refused('a length with a sign', post('Content-Length: +5\r\n', 'abcde')),
  refused('a negative length', post('Content-Length: -5\r\n', 'abcde')),
  refused('a length in hex', post('Content-Length: 0x5\r\n', 'abcde')),
  refused('a length beyond 64 bits', post(`Content-Length: ${'9'.repeat(30)}\r\n`, 'abcde')),
  refused(
    'chunked that is not the last coding',
    post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'),
  ),
  refused('a coding that is none', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')),
  refused('a space before the colon', post('Content-Length : 5\r\n', 'abcde')),
  refused('a folded header', get('X-A: b\r\n c\r\n')),
  refused('a folded first header', 'GET /health HTTP/1.1\r\n Host: a\r\n\r\n'),
  refused('line feeds alone', 'GET /health HTTP/1.1\nHost: a\n\n'),
  refused('a carriage return in a header', get('X-A: b\rc\r\n')),
  refused('NUL in a header', get('X-A: b\0c\r\n')),
  refused('NUL in the URL', get('', '/hea\0lth')),
  refused('a space in the URL', get('', '/hea lth')),
  refused('a header without a colon', get('nothing\r\n')),
  refused('a header without a name', get(': nothing\r\n')),
  refused('a chunk size that is none', chunked('zz\r\nabc\r\n0\r\n\r\n')),
  refused('a chunk size with a sign', chunked('-5\r\nabcde\r\n0\r\n\r\n')),
  refused('a chunk size beyond 64 bits', chunked(`${'F'.repeat(17)}\r\nabc\r\n0\r\n\r\n`)),
  refused('a chunk longer than its size', chunked('3\r\nabcde\r\n0\r\n\r\n')),
  refused('a chunk with a line feed alone', chunked('3\nabc\r\n0\r\n\r\n')),
  refused('another version', 'GET /health HTTP/3.0\r\nHost: a\r\n\r\n'),
  refused('no HTTP', 'what do you know?\r\n\r\n'),
  refused('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'),
  refused('a TLS hello', '\x16\x03\x01\x00\xf8\x01\x00\x00\xf4\x03\x03'),
  refused('100,000 headers', get(Array.from({ length: 100_000 }, (_, at) => `h${at}: v\r\n`).join('')), {
    status: 431,
    says: 'HEADERS_TOO_LARGE',
  }),
  refused('a header of 1 MiB', get(`X: ${'a'.repeat(MIB)}\r\n`), { status: 431, says: 'HEADERS_TOO_LARGE' }),
  refused('a URL of 1 MiB', get('', `/${'a'.repeat(MIB)}`), { status: 431, says: 'HEADERS_TOO_LARGE' }),
  refused('a chunk extension of 1 MiB', chunked(`1;${'a'.repeat(MIB)}\r\na\r\n0\r\n\r\n`), {
    status: 413,
    says: 'BODY_TOO_LARGE',
  }),
  {
    ...refused('CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', {
      status: 405,
      says: 'METHOD_NOT_ALLOWED',
    }),
    alone: [],
  },
  { why: 'no Host', send: 'GET /health HTTP/1.1\r\n\r\n', statuses: [400], closes: true },
  {
    why: 'a body longer than its length',
    send: `${whole(FLIGHT)} and more\r\n\r\n`,
    statuses: [200, 400],
    says: ['"label":1', 'INVALID_REQUEST'],
    closes: true,
    alone: 'varies', // 400 may take the place of the prediction
  },
  {
    why: 'no HTTP behind requests that are being answered',
    send: [GET, whole(FLIGHT), 'nonsense\r\n\r\n'],
    statuses: [200, 200, 400],
    says: [OK, '"label":1', 'INVALID_REQUEST'],
    closes: true,
    alone: 'varies',
  },
  {
    why: 'a body shorter than its length',
    send: post('Content-Length: 50\r\n', '{"x":'),
    statuses: [400],
    closes: true,
    halfClose: true,
  },
  {
    why: 'headers that end in the middle',
    send: 'GET /health HTT',
    statuses: [400],
    closes: true,
    halfClose: true,
  },
  { why: 'nothing', send: '', statuses: [], closes: true, halfClose: true },
];
