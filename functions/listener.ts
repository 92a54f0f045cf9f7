import http, {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { LISTENER_BOUNDS, type ListenerBounds, toServerOptions } from './listener-bounds.ts';
import type { ProcessLife } from './process-life.ts';
import { refuseBytes, refuseTunnel } from './refused-bytes.ts';
import { MAX_BODY_BYTES } from './request-body.ts';

/** Answers a request; the body may have been read by a framework, which leaves it in `rawBody`. */
export type Handler = (
  request: IncomingMessage & { readonly rawBody?: Uint8Array },
  response: ServerResponse,
) => Promise<void>;

/** What may differ between listeners. */
export interface ListenerOptions {
  /** @default those of the deployed functions */
  readonly bounds?: ListenerBounds;
  /** Answers the paths that stay with the framework. @default the handler does */
  readonly behind?: RequestListener;
}

/** What stays with the framework, which answers with an empty 404; its parsers would answer a body with a page. */
const LEFT_TO_FRAMEWORK: ReadonlySet<string> = new Set(['/favicon.ico', '/robots.txt']);

/** A URL in absolute form (RFC 9112 §3.2.2): what stands before its path. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

const SLASH = 0x2f;

/**
 * Creates a server that has the handler answer every request, and bounds what clients may take of it. What is no HTTP
 * is refused with JSON; a tunnel (CONNECT) is, too, and an upgrade is read as the request that it also is.
 */
export function createListener(
  handler: Handler,
  { bounds = LISTENER_BOUNDS, behind }: ListenerOptions = {},
): Server {
  const server = http.createServer(toServerOptions(bounds));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = '/' } = request;
    if (url.charCodeAt(0) !== SLASH) request.url = toOriginForm(url);
    else if (behind !== undefined && LEFT_TO_FRAMEWORK.has(url) && isBare(request))
      return void behind(request, response);
    await handler(request, response);
    // what the client doesn't take at once it has to take: nothing else would end its connection
    if (response.writableLength > 0) response.socket?.setTimeout(bounds.unreadAnswerMs);
  };
  server.on(
    'request',
    (request: IncomingMessage, response: ServerResponse) => void answer(request, response),
  );
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length'] ?? 0) <= MAX_BODY_BYTES) sendContinue(response);
    else response.shouldKeepAlive = false; // the body may come or not
    server.emit('request', request, response);
  });
  // RFC 9110 §10.1.1 lets a server do as if an expectation that it doesn't know weren't there
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', refuseTunnel);
  server.on('clientError', refuseBytes);
  return server;
}

/**
 * Puts a handler in front of the functions framework's own listener, in its own process and on its own
 * port: the framework's body parsers answer a malformed body with an HTML page before a function is
 * called, and cost more than a prediction. The framework calls `http.createServer` after it has loaded
 * the function's module, so the next server created is its own.
 */
export function putInFront(handler: Handler, life: ProcessLife, bounds = LISTENER_BOUNDS): void {
  const original = http.createServer;
  http.createServer = ((behind: RequestListener): Server => {
    http.createServer = original;
    const server = createListener(handler, { bounds, behind });
    life.endWith(server);
    return server;
  }) as typeof original;
}

/** Behind an answer that is under way Node would put it between the headers and the body of its own answer. */
function sendContinue(response: ServerResponse): void {
  if (response.socket !== null) response.writeContinue();
  else {
    response.once('socket', () => {
      if (!response.headersSent) response.writeContinue();
    });
  }
}

function isBare({ method, headers }: IncomingMessage): boolean {
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  return (method === 'GET' || method === 'HEAD') && !hasBody;
}

function toOriginForm(url: string): string {
  const path = url.replace(ORIGIN, '');
  return path === url || path.startsWith('/') ? path : `/${path}`;
}
