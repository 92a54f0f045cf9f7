import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { freePort } from '../free-port.ts';
import { createPreconditions, type Preconditions } from './gcs-preconditions.ts';

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Resolves when the connection it came by is closed. */
  readonly closed: Promise<void>;
}

/** What becomes of a request. */
export type Fate =
  /** The server behind answers, perhaps with some other headers, or to another body of the same length. */
  | {
      readonly pass: true;
      readonly headers?: Readonly<Record<string, string | undefined>>;
      readonly body?: Buffer;
    }
  /** The server behind answers, and the connection breaks after so many bytes of that. */
  | { readonly cutAfter: number }
  /** The server behind does as it is asked, and its answer is lost; `after` comes in between. */
  | { readonly lose: true; readonly after?: () => void }
  /** The connection breaks before anything was done. */
  | { readonly drop: true }
  /** Nothing comes back, ever. */
  | { readonly hang: true }
  /** This comes back, whatever was asked. */
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    };

/** A server that misbehaves as it is told, in front of a real one. */
export interface FaultyServer {
  readonly host: string;
  readonly origin: string;
  /** Decides what becomes of each request from now on, and forgets those before. */
  decide(fateOf: (request: SeenRequest, index: number) => Fate): void;
  /** The requests since the last decision. */
  readonly seen: readonly SeenRequest[];
  stop(): Promise<void>;
}

/** Starts it. @param behind the origin of the real one */
export async function startFaultyServer(behind: () => string): Promise<FaultyServer> {
  let seen: SeenRequest[] = [];
  let fateOf: (request: SeenRequest, index: number) => Fate = () => ({ pass: true });
  const decided = (asked: SeenRequest): Fate => {
    try {
      return fateOf(asked, seen.length - 1);
    } catch (error) {
      return { status: 400, body: `The test did not expect this request: ${error}` };
    }
  };
  const preconditions = createPreconditions(behind);
  const closings = new WeakMap<Socket, Promise<void>>();
  const closingOf = (socket: Socket): Promise<void> => {
    const known = closings.get(socket);
    if (known !== undefined) return known;
    const closing = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    closings.set(socket, closing);
    return closing;
  };
  const server = createServer((incoming, answer) => {
    read(incoming, closingOf(incoming.socket)).then(
      (asked) => {
        seen.push(asked);
        meet(decided(asked), asked, incoming, answer, { behind, preconditions });
      },
      () => incoming.socket.destroy(), // it was given up while it was sent
    );
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${port}`;
  return {
    host,
    origin: `http://${host}`,
    decide(next) {
      seen = [];
      fateOf = next;
    },
    get seen() {
      return seen;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function read(incoming: IncomingMessage, closed: Promise<void>): Promise<SeenRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer); // no encoding is set
  const url = new URL(`http://host${incoming.url}`);
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(pieces),
    closed,
  };
}

/** The real server, and what it must be held to. */
interface Behind {
  readonly behind: () => string;
  readonly preconditions: Preconditions;
}

function meet(
  fate: Fate,
  asked: SeenRequest,
  incoming: IncomingMessage,
  answer: ServerResponse,
  { behind, preconditions }: Behind,
): void {
  if ('hang' in fate) return;
  if ('drop' in fate) {
    incoming.socket.destroy();
    return;
  }
  if ('status' in fate) {
    const body = Buffer.from(fate.body ?? '');
    answer.writeHead(fate.status, { 'content-length': body.length, ...fate.headers });
    answer.end(body);
    return;
  }
  const { method, headers, body } = asked;
  const pass = (): Promise<void> =>
    new Promise((done) => {
      const onward = request(`${behind()}${incoming.url}`, { method, headers, agent: false }, (real) => {
        if ('lose' in fate) {
          real.resume().on('end', () => {
            fate.after?.();
            incoming.socket.destroy();
          });
          return;
        }
        if ('cutAfter' in fate) {
          answer.writeHead(real.statusCode ?? 0, real.headers);
          cut(real, answer, incoming, fate.cutAfter);
          return;
        }
        const changed = Object.entries({ ...real.headers, ...fate.headers }).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as const],
        );
        answer.writeHead(real.statusCode ?? 0, Object.fromEntries(changed));
        real.pipe(answer);
      });
      onward.on('error', () => incoming.socket.destroy());
      onward.on('close', done);
      onward.end('pass' in fate ? (fate.body ?? body) : body);
    });
  preconditions.hold(asked, pass, () => {
    if ('lose' in fate) {
      fate.after?.();
      incoming.socket.destroy();
      return;
    }
    answer.writeHead(412, { 'content-length': 0 });
    answer.end();
  });
}

/** Passes so many bytes on, then breaks the connection once they are on their way. */
function cut(real: IncomingMessage, answer: ServerResponse, incoming: IncomingMessage, bytes: number): void {
  const pieces: Buffer[] = [];
  real.on('data', (piece: Buffer) => pieces.push(piece));
  real.on('end', () => {
    answer.write(Buffer.concat(pieces).subarray(0, bytes), () => incoming.socket.destroySoon());
  });
}
