// Stands between the scoring function and Pub/Sub, and misbehaves as it is told.
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createServer,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What becomes of a publish request. */
export type Fate =
  | 'pass'
  /** Pub/Sub never sees it; the answer is UNAVAILABLE: a client tries it again. */
  | 'refuse'
  /** Pub/Sub never sees it; the answer is PERMISSION_DENIED: a client gives it up. */
  | 'deny'
  /** Pub/Sub accepts it, and the answer is UNAVAILABLE all the same. */
  | 'lose'
  /** The connection breaks, and takes along whatever else was under way on it. */
  | 'cut';

/** A proxy in front of Pub/Sub. */
export interface GrpcProxy {
  /** Host and port. */
  readonly host: string;
  /** Decides what becomes of each publish request from now on, by its number from 0. */
  decide(fateOf: (index: number) => { readonly fate: Fate; readonly slowMs: number }): void;
  /** How many publish requests met with something else than being passed on at once. */
  troubled(): number;
  stop(): Promise<void>;
}

/** https://grpc.io/docs/guides/status-codes/ */
const UNAVAILABLE = 14;
const PERMISSION_DENIED = 7;

/** Starts one. @param behind host and port of Pub/Sub, asked for each connection */
export async function startGrpcProxy(behind: () => string): Promise<GrpcProxy> {
  let fateOf: Parameters<GrpcProxy['decide']>[0] = () => ({ fate: 'pass', slowMs: 0 });
  let requests = 0;
  let troubled = 0;
  let session: ClientHttp2Session | undefined;
  const sockets = new Set<Socket>();

  function toPubSub(): ClientHttp2Session {
    if (session === undefined || session.closed || session.destroyed) {
      const opened = connect(`http://${behind()}`);
      opened.on('error', () => opened.destroy());
      session = opened;
    }
    return session;
  }

  const server = createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    const isPublish = String(headers[':path']).endsWith('/Publish');
    const { fate, slowMs } = isPublish ? fateOf(requests++) : { fate: 'pass' as const, slowMs: 0 };
    if (fate !== 'pass' || slowMs > 0) troubled += 1;
    delay(slowMs)
      .then(() => meet(stream, headers, fate))
      .catch(() => stream.destroy());
  });

  function meet(stream: ServerHttp2Stream, headers: object, fate: Fate): void {
    if (stream.destroyed) return;
    if (fate === 'refuse' || fate === 'deny') {
      stream.resume();
      answer(stream, fate === 'deny' ? PERMISSION_DENIED : UNAVAILABLE);
    } else if (fate === 'cut') stream.session?.destroy();
    else passOn(stream, toPubSub().request({ ...headers }), fate);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    host: `127.0.0.1:${port}`,
    decide(next) {
      requests = 0;
      fateOf = next;
    },
    troubled: () => troubled,
    async stop() {
      session?.destroy();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function passOn(stream: ServerHttp2Stream, onward: ClientHttp2Stream, fate: 'pass' | 'lose'): void {
  onward.on('error', () => answer(stream, UNAVAILABLE));
  stream.pipe(onward);
  if (fate === 'lose') {
    onward.resume().once('end', () => answer(stream, UNAVAILABLE));
    return;
  }
  let trailers = {};
  onward.on('trailers', (own) => {
    trailers = own;
  });
  onward.once('response', (headers, flags) => {
    if (stream.destroyed) return;
    const isWhole = (flags & 1) === 1; // END_STREAM: RFC 9113 §6.2
    stream.respond(headers, isWhole ? { endStream: true } : { waitForTrailers: true });
    if (isWhole) return;
    stream.once('wantTrailers', () => stream.sendTrailers(trailers));
    onward.pipe(stream);
  });
}

/** Answers with a status alone, where there is still somebody to answer. */
function answer(stream: ServerHttp2Stream, grpcStatus: number): void {
  if (stream.destroyed || stream.headersSent) return;
  const headers = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(grpcStatus) };
  stream.respond(headers, { endStream: true });
}
