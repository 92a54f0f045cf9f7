import type { Server, ServerResponse } from 'node:http';
import net from 'node:net';
import type { Logger } from '../src/ports/logger.ts';

/** After a signal to stop, requests under way have so long (milliseconds): Cloud Run waits 10 s. */
const DRAIN_MS = 8000;

/** Connections that are open at the signal may bring a request so long (milliseconds): it may be on its way. */
const IDLE_GRACE_MS = 1000;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const FAILURES = ['uncaughtException', 'unhandledRejection'] as const;

/** A connection, and the answer that it is giving. */
type Socket = net.Socket & { readonly _httpMessage?: ServerResponse | null };

/** How a function's process ends. */
export interface ProcessLife {
  /** True from the signal to stop on. */
  isStopping(): boolean;
  /**
   * After SIGTERM or SIGINT the server takes no new connections, lets the requests under way end (8 s at most), and
   * then the process exits with 0. More signals change nothing. The framework alone would answer 500 and exit at once.
   */
  endWith(server: Server): void;
}

/**
 * Has the process end when something in it failed that nobody caught: logged as `PROCESS_FAILED`, with code 1. What
 * it was doing is lost, and asked for again; half alive it would take requests and answer none.
 */
export function createProcessLife(logger: Logger): ProcessLife {
  for (const event of FAILURES) process.on(event, (error: unknown) => fail(logger, error));
  let stopping = false;
  const stop = (server: Server, sockets: ReadonlySet<Socket>): void => {
    if (stopping) return;
    stopping = true;
    for (const socket of sockets) {
      const { _httpMessage: response } = socket;
      if (response !== undefined && response !== null) response.shouldKeepAlive = false;
    }
    server.prependListener('request', (_request, response: ServerResponse) => {
      response.shouldKeepAlive = false;
    });
    // the server's own close would cut the connections that are idle, on which a request may be coming
    net.Server.prototype.close.call(server, () => process.exit(0));
    setTimeout(() => setInterval(closeIdle, 50, server, sockets).unref(), IDLE_GRACE_MS).unref();
    setTimeout(() => process.exit(0), DRAIN_MS).unref();
  };
  return {
    isStopping: () => stopping,
    endWith(server) {
      const sockets = new Set<Socket>();
      server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      });
      server.once('listening', () => {
        const dropOthers = watchListeners([...SIGNALS, ...FAILURES, 'exit']);
        setImmediate(() => {
          dropOthers();
          for (const signal of SIGNALS) process.on(signal, () => stop(server, sockets));
        });
      });
    },
  };
}

/** Node counts a connection that never spoke as busy. */
function closeIdle(server: Server, sockets: ReadonlySet<Socket>): void {
  server.closeIdleConnections();
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
}

/** Returns what takes away the listeners that were added since: the framework's, which end the process its way. */
function watchListeners(events: readonly string[]): () => void {
  const before = new Map(events.map((event) => [event, process.listeners(event as NodeJS.Signals)]));
  return () => {
    for (const [event, listeners] of before) {
      for (const added of process.listeners(event as NodeJS.Signals)) {
        if (!listeners.includes(added)) process.off(event, added);
      }
    }
  };
}

function fail(logger: Logger, error: unknown): void {
  try {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    logger.log('ERROR', 'PROCESS_FAILED', 'Something failed that nothing caught: the process ends.', {
      cause,
    });
  } finally {
    process.exit(1);
  }
}
