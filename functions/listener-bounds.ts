import type { ServerOptions } from 'node:http';

/** How long a client may take, in milliseconds; `docs/http-limits.md` says why. */
export interface ListenerBounds {
  /** From the first byte of a request, or the connection's start, to the end of its headers: then 408. */
  readonly headersMs: number;
  /** From the first byte of a request to the last of its body: then 408. */
  readonly requestMs: number;
  /** How often the two are looked after: a client may have so much more. */
  readonly checkMs: number;
  /** From an answer to the next request of its connection: then it is closed. */
  readonly keepAliveMs: number;
  /** Without a byte of an answer being taken: then the connection is cut. */
  readonly unreadAnswerMs: number;
}

/** Those of the deployed functions. */
export const LISTENER_BOUNDS: ListenerBounds = {
  headersMs: 20_000,
  requestMs: 120_000,
  checkMs: 2_000,
  // longer than Google's load balancers keep a connection (600 s): who closes first decides who meets a closed one
  keepAliveMs: 620_000,
  unreadAnswerMs: 60_000,
};

/**
 * Room for the headers of a request, in bytes: a message has up to 100 attributes of 256 + 1,024 bytes, and
 * an unwrapped push writes each as a header. Node's own bound, 16 KiB, would refuse it with a 431.
 */
const MAX_HEADER_BYTES = 192 * 1024;

/** The bounds as Node's server takes them. */
export function toServerOptions(bounds: ListenerBounds): ServerOptions {
  return {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: bounds.headersMs,
    requestTimeout: bounds.requestMs,
    connectionsCheckingInterval: bounds.checkMs,
    keepAliveTimeout: bounds.keepAliveMs,
    insecureHTTPParser: false, // whatever NODE_OPTIONS say
  };
}
