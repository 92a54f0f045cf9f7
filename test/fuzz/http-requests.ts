// Requests as bytes: well-formed ones, and ones with something broken between their first byte and their last.
import { mutate } from '../mutations.ts';
import { type FuzzBody, makeBody } from './http-bodies.ts';
import type { Random } from './random.ts';

/** A request that a client library can send. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  readonly isChunked: boolean;
}

const PATHS = ['/', '/predict', '/predict?on_error=partial', '/?on_error=fail', '/predict?on_error=%zz&a'];
const READING = [
  ...[
    '/',
    '/health',
    '/ready',
    '/metrics',
    '/openapi.json',
    '/favicon.ico',
    '/robots.txt',
    '/nowhere',
    '/%00',
  ],
  ...[
    '/v2',
    '/v2/',
    '/v2/health/live',
    '/v2/health/ready',
    '/v2/models/flight-delay',
    '/v2/models/%ff/ready',
  ],
  ...[
    '/..//../etc/passwd',
    '/health?',
    '/health/',
    '//health',
    '/{name}',
    '/constructor',
    '/__proto__',
    '/%',
  ],
];
const SCORING = [
  ...PATHS,
  ...PATHS,
  '/v2/models/flight-delay/infer',
  '/v2/models/x/versions/1/infer',
  '/features',
];

const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['x-request-id', ['a', 'x'.repeat(200), '"', '../../', 'é']],
  ['traceparent', ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '00', 'ff-']],
  ['x-cloud-trace-context', ['105445aa7843bc8bf206b12000100000/1;o=1', '/']],
  ['origin', ['https://a.example', 'null', '*']],
  ['accept', ['application/json', 'text/csv', 'text/html', '*/*;q=0', '']],
  ['accept-encoding', ['gzip', 'br;q=1, *;q=0']],
  ['access-control-request-method', ['POST', 'x']],
  ['content-language', ['en']],
  ['inference-header-content-length', ['10', '-1']],
];

/** Makes up a request. @param hasHead false where answers without a body could not be told from others */
export function makeRequest(random: Random, { hasHead }: { readonly hasHead: boolean }): FuzzRequest {
  const headers: Record<string, string> = {};
  for (const [name, values] of HEADERS) if (random.chance(0.05)) headers[name] = random.pick(values);
  if (random.chance(0.15)) {
    const method = random.pick([
      'GET',
      'GET',
      'GET',
      'OPTIONS',
      'DELETE',
      'PUT',
      'PATCH',
      ...(hasHead ? ['HEAD'] : []),
    ]);
    return {
      method,
      path: random.pick([...READING, ...SCORING]),
      headers,
      body: undefined,
      isChunked: false,
    };
  }
  const { type, encoding, bytes }: FuzzBody = makeBody(random);
  if (type !== undefined) headers['content-type'] = type;
  if (encoding !== undefined) headers['content-encoding'] = encoding;
  const path = random.chance(0.05) ? random.pick(READING) : random.pick(SCORING);
  return { method: 'POST', path, headers, body: bytes, isChunked: random.chance(0.2) };
}

/** Writes a request as a client does. */
export function toBytes(random: Random, { method, path, headers, body, isChunked }: FuzzRequest): Buffer {
  const fields = Object.entries({ host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const length =
    body === undefined
      ? ''
      : isChunked
        ? 'transfer-encoding: chunked\r\n'
        : `content-length: ${body.length}\r\n`;
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${fields.join('')}${length}\r\n`);
  if (body === undefined) return head;
  return Buffer.concat([head, isChunked ? toChunks(random, body) : body]);
}

function toChunks(random: Random, body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const chunk = body.subarray(at, at + 1 + random.below(200));
    const extension = random.pick(['', '', '', ';a', ';a=b', ';a="b c"']);
    parts.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, Buffer.from('\r\n'));
    at += chunk.length;
  }
  const trailer = random.pick(['', '', 'x-a: b\r\n', 'content-type: text/csv\r\n']);
  return Buffer.concat([...parts, Buffer.from(`0\r\n${trailer}\r\n`)]);
}

const TOKENS = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    ':',
    ';',
    ',',
    '0\r\n\r\n',
    '\r\n\r\n',
    '%',
    '%00',
    '%ff',
    '\xff',
    '{',
    '"',
  ],
  ...['Content-Length: 0\r\n', 'Content-Length: 99999999999999999999\r\n', 'Content-Length: 5\r\n'],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'Transfer-Encoding: identity\r\n',
  ],
  ...[
    'Expect: 100-continue\r\n',
    'Expect: x\r\n',
    'Connection: close\r\n',
    'Connection: upgrade\r\nUpgrade: h2c\r\n',
  ],
  ...[
    'Host: b\r\n',
    ' folded\r\n',
    'X: y\r\n'.repeat(50),
    'HTTP/1.0',
    'HTTP/2.0',
    'CONNECT a:1',
    'PRI * HTTP/2.0\r\n\r\n',
  ],
  ...[
    'FFFFFFFFFFFFFFFF\r\n',
    '-1\r\n',
    'Content-Encoding: gzip\r\n',
    'Content-Type: text/csv\r\n',
    '['.repeat(500),
  ],
];

/** Breaks bytes somewhere: a bit, a byte, a part twice or gone, or what means something to HTTP where it isn't meant. */
export function breakBytes(random: Random, bytes: Buffer): Buffer {
  let out = random.chance(0.5) ? mutate(bytes, random.below(2 ** 31)) : bytes;
  for (let left = random.below(3); left > 0; left -= 1) {
    const at = random.below(out.length + 1);
    out = Buffer.concat([out.subarray(0, at), Buffer.from(random.pick(TOKENS), 'latin1'), out.subarray(at)]);
  }
  return out;
}
