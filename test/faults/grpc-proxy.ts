// Stands between the scoring function and Pub/Sub, and misbehaves as it is told.
import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What becomes of a publish request. */
export type Fate =
  | 'pass'
  /** Pub/Sub never sees it; the answer is UNAVAILABLE. */
  | 'refuse'
  /** Pub/Sub accepts it, and the answer is UNAVAILABLE all the same. */
  | 'lose'
  /** It is passed on only after a while. */
  | { readonly slowMs: number };

/** A proxy in front of Pub/Sub. */
export interface GrpcProxy {
  /** Host and port. */
  readonly host: string;
  /** Decides what becomes of each publish request from now on, by its number from 0. */
  decide(fateOf: (index: number) => Fate): void;
  stop(): Promise<void>;
}

const UNAVAILABLE = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '14' };

/** Starts one. @param behind host and port of Pub/Sub, asked for each connection */
export async function startGrpcProxy(behind: () => string): Promise<GrpcProxy> {
  let fateOf: (index: number) => Fate = () => 'pass';
  let requests = 0;
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
    const fate = isPublish ? fateOf(requests++) : 'pass';
    void meet(stream, headers, fate).catch(() => stream.destroy());
  });

  async function meet(stream: ServerHttp2Stream, headers: object, fate: Fate): Promise<void> {
    if (fate === 'refuse') {
      stream.resume();
      refuse(stream);
      return;
    }
    if (typeof fate === 'object') await delay(fate.slowMs);
    if (stream.destroyed) return;
    const onward = toPubSub().request({ ...headers });
    onward.on('error', () => refuse(stream));
    stream.pipe(onward);
    if (fate === 'lose') {
      onward.resume().once('end', () => refuse(stream));
      return;
    }
    let trailers = {};
    onward.on('trailers', (own) => {
      trailers = own;
    });
    onward.once('response', (answer, flags) => {
      if (stream.destroyed || stream.headersSent) return;
      const isWhole = (flags & 1) === 1; // END_STREAM: RFC 9113 §6.2
      stream.respond(answer, isWhole ? { endStream: true } : { waitForTrailers: true });
      if (isWhole) return;
      stream.once('wantTrailers', () => stream.sendTrailers(trailers));
      onward.pipe(stream);
    });
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
    async stop() {
      session?.destroy();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(stream: ServerHttp2Stream): void {
  if (!stream.destroyed && !stream.headersSent) stream.respond(UNAVAILABLE, { endStream: true });
}
