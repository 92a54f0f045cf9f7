import http, {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';

/** Answers a request; the body may have been read by a framework, which leaves it in `rawBody`. */
export type Handler = (
  request: IncomingMessage & { readonly rawBody?: Uint8Array },
  response: ServerResponse,
) => Promise<void>;

/** Paths that stay with the framework, which answers them with an empty 404. */
const LEFT_TO_FRAMEWORK: ReadonlySet<string> = new Set(['/favicon.ico', '/robots.txt']);

/**
 * Room for the headers of a request, in bytes: a message has up to 100 attributes of 256 + 1,024 bytes, and
 * an unwrapped push writes each as a header. Node's own bound, 16 KiB, would refuse it with a 431.
 */
const MAX_HEADER_BYTES = 192 * 1024;

/** After a signal to stop, requests under way have so long (milliseconds): Cloud Run waits 10 s. */
const DRAIN_MS = 8000;

/**
 * Puts a handler in front of the functions framework's own listener, in its own process and on its own
 * port: the framework's body parsers answer a malformed body with an HTML page before a function is
 * called, and cost more than a prediction. The framework calls `http.createServer` after it has loaded
 * the function's module, so the next server created is its own.
 *
 * The server also stops well: after SIGTERM or SIGINT it takes no new connections, lets the requests
 * under way end, and then exits. The framework alone would answer 500 and exit at once.
 */
export function putInFront(handler: Handler): void {
  const original = http.createServer;
  http.createServer = ((app: RequestListener): Server => {
    http.createServer = original;
    const server = original({ maxHeaderSize: MAX_HEADER_BYTES }, app);
    const [behind] = server.listeners('request') as ((
      request: IncomingMessage,
      response: ServerResponse,
    ) => void)[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const path = request.url?.split('?', 1)[0] ?? '/';
      if (behind !== undefined && LEFT_TO_FRAMEWORK.has(path)) behind(request, response);
      else void handler(request, response);
    });
    server.once('listening', () => setImmediate(stopWell, server));
    return server;
  }) as typeof original;
}

function stopWell(server: Server): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.removeAllListeners(signal);
    process.once(signal, () => {
      server.on('request', (_request, response: ServerResponse) => {
        response.shouldKeepAlive = false;
      });
      server.close(() => process.exit(0));
      setInterval(() => server.closeIdleConnections(), 50).unref();
      setTimeout(() => process.exit(0), DRAIN_MS).unref();
    });
  }
}
