import type { ServerResponse } from 'node:http';
import type { ErrorCode, FieldProblem, RowFailure, ScorerError } from '../src/errors.ts';

/** An answer: nothing of it depends on the connection. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** The whole body, or pieces of it, which are sent as they come. */
  readonly body: string | Uint8Array | Pieces;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called once its last byte is out, or nobody takes it any more. */
  readonly whenSent?: () => void;
  /** Why a request failed as a whole; absent where its rows are what failed. Counted, not sent. */
  readonly code?: ErrorCode | undefined;
}

/** Pieces of a body, all there or some to come. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** From so many bytes on an answer has no length: Cloud Run cuts one that has after 32 MiB. */
export const CHUNKED_BYTES = 1024 * 1024;

/** Tells a client to wait so many seconds before it tries again. */
export const RETRY_AFTER: Readonly<Record<string, string>> = { 'Retry-After': '5' };

/** Answers of these have no length either: https://www.rfc-editor.org/rfc/rfc9110#section-8.6 */
const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 304]);

/** Bad rows of one request that are listed; all are counted. */
export const MAX_DETAILS = 100;

/**
 * Sends an answer; does nothing when the client has gone.
 *
 * @param more headers, beside the answer's own
 * @throws what the pieces of its body throw: the connection is then cut, so that nobody takes what came for the whole
 */
export function send(
  response: ServerResponse,
  { status, contentType, body, headers, whenSent }: Answer,
  more?: Readonly<Record<string, string>>,
): Promise<void> | undefined {
  if (response.destroyed || response.headersSent) {
    whenSent?.();
    return undefined;
  }
  if (whenSent !== undefined) response.once('close', whenSent); // also where its connection closes before its turn
  const list: (string | number)[] = []; // names and values in turns: Node takes it as it is
  if (WITHOUT_CONTENT.has(status)) {
    response.writeHead(status, addHeaders(addHeaders(list, headers), more)).end();
    return undefined;
  }
  const arePieces = typeof body !== 'string' && !(body instanceof Uint8Array);
  const length = arePieces ? CHUNKED_BYTES : Buffer.byteLength(body);
  if (length > 0) list.push('Content-Type', contentType);
  if (length < CHUNKED_BYTES) list.push('Content-Length', length);
  response.writeHead(status, addHeaders(addHeaders(list, headers), more));
  if (arePieces) return sendPieces(response, body);
  response.end(body);
  return undefined;
}

function addHeaders(
  list: (string | number)[],
  headers: Readonly<Record<string, string>> | undefined,
): (string | number)[] {
  for (const name in headers) list.push(name, headers[name] as string);
  return list;
}

/** Whoever makes the pieces doesn't wait for a client that reads slowly. */
async function sendPieces(response: ServerResponse, pieces: Pieces): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (response.destroyed) return;
      response.write(piece);
    }
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  }
}

/** Pieces of a small body are one: it then has a length. */
export function joinPieces(pieces: readonly Uint8Array[]): Uint8Array | readonly Uint8Array[] {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  return bytes < CHUNKED_BYTES ? Buffer.concat(pieces) : pieces;
}

/** A JSON answer. */
export function toJsonAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, contentType: 'application/json', body, headers };
}

/**
 * An error as JSON: a sentence, its code, how many rows are bad, and the first hundred problems.
 *
 * @param rows the first that are bad
 * @param count of all that are
 */
export function toErrorJson(
  message: string,
  code: ErrorCode,
  rows: readonly LocatedFailure[] = [],
  count = rows.length,
): string {
  const details = rows
    .slice(0, MAX_DETAILS)
    .flatMap(({ row, line, problems }) =>
      problems.map((problem) => toDetail(problem, { row, ...(line === undefined ? {} : { line }) })),
    );
  return JSON.stringify({
    error: message,
    code,
    error_count: Math.max(count, 1),
    details: details.slice(0, MAX_DETAILS),
  });
}

/** A bad row, with the physical line on which it begins where it has one. */
export interface LocatedFailure extends RowFailure {
  readonly line?: number;
}

/** One problem as an entry of `details`. */
export function toDetail(
  { column, feature, expected, got, nearest, code }: FieldProblem,
  place: { readonly row?: number; readonly line?: number },
): object {
  return {
    ...place,
    ...(column === undefined ? {} : { column }),
    ...(feature === undefined ? {} : { feature }),
    expected,
    got,
    ...(nearest === undefined ? {} : { nearest }),
    code,
  };
}

/** The stack of what lies behind an error, for the log alone. */
export function causeOf({ cause }: ScorerError): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? '');
}
