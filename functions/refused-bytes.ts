import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../src/errors.ts';
import { toErrorJson } from './answer.ts';

/** What is still sent by a client that is refused is read so long (milliseconds), so that it sees the answer. */
const LINGER_MS = 1000;

/** What a connection is told before it is closed. */
interface Refusal {
  readonly status: string;
  readonly code: ErrorCode;
  readonly message: string;
}

const MALFORMED: Refusal = {
  status: '400 Bad Request',
  code: 'INVALID_REQUEST',
  message: 'The bytes are no HTTP/1.1 request as RFC 9112 has it',
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'HEADERS_TOO_LARGE',
    message: 'The URL and headers are larger than 192 KiB together.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: '413 Content Too Large',
    code: 'BODY_TOO_LARGE',
    message: 'The extensions of a chunk are larger than 16 KiB: send none.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'REQUEST_TIMEOUT',
    message: 'The request took too long to come.',
  },
};

const TUNNEL: Refusal = {
  status: '405 Method Not Allowed',
  code: 'METHOD_NOT_ALLOWED',
  message: 'The method is CONNECT: this is no proxy.',
};

/** The answer that a connection is giving; Node's own listener looks at it too before it answers such bytes. */
type HttpSocket = Duplex & { readonly _httpMessage?: ServerResponse<IncomingMessage> | null };

const refused = new WeakSet<Duplex>();

/**
 * Answers what Node's parser refuses, and requests that took too long: with JSON where nothing else is being answered,
 * after the answers that are under way where there are some; then the connection is closed.
 */
export function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (refused.has(socket)) return; // more of the same
  const refusal = REFUSALS[error.code ?? ''] ?? toMalformed(error);
  if (refusal === undefined || !socket.writable) {
    socket.destroy();
    return;
  }
  refused.add(socket);
  refuse(socket, refusal);
}

/** Answers CONNECT, which has no response of its own. */
export function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy()).resume(); // nobody else listens from here on
  close(socket, TUNNEL);
}

function toMalformed(error: NodeJS.ErrnoException): Refusal | undefined {
  if (error.code?.startsWith('HPE_') !== true) return undefined;
  const { reason } = error as { readonly reason?: string };
  return { ...MALFORMED, message: `${MALFORMED.message} (${reason ?? error.code}).` };
}

/** Requests that came before in whole get their answers first: RFC 9112 §9.3.2. */
function refuse(socket: HttpSocket, refusal: Refusal): void {
  const { _httpMessage: response } = socket;
  if (response === undefined || response === null) close(socket, refusal);
  else if (response.req.complete) response.once('close', () => setImmediate(refuse, socket, refusal));
  else if (response.headersSent) socket.destroy();
  else close(socket, refusal);
}

function close(socket: Duplex, { status, code, message }: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = toErrorJson(message, code);
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  const late = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(late));
}
