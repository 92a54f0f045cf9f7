import type { ServerResponse } from 'node:http';
import type { ErrorCode, FieldProblem, RowFailure, ScorerError } from '../src/errors.ts';

/** An answer that is complete: nothing of it depends on the connection. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Tells a client to wait so many seconds before it tries again. */
export const RETRY_AFTER: Readonly<Record<string, string>> = { 'Retry-After': '5' };

/** An answer of this status has no length either: https://www.rfc-editor.org/rfc/rfc9110#section-8.6 */
const NO_CONTENT = 204;

/** Bad rows of one request that are listed; all are counted. */
const MAX_DETAILS = 100;

/** Sends an answer; does nothing when the client has gone. */
export function send(response: ServerResponse, { status, contentType, body, headers = {} }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  if (status === NO_CONTENT) {
    response.writeHead(status, headers).end();
    return;
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const described = bytes.length === 0 ? {} : { 'Content-Type': contentType };
  response.writeHead(status, { ...described, 'Content-Length': bytes.length, ...headers });
  response.end(bytes);
}

/** A JSON answer. */
export function toJsonAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, contentType: 'application/json', body, headers };
}

/** An error as JSON: a sentence, its code, how many rows are bad, and the first hundred problems. */
export function toErrorJson(message: string, code: ErrorCode, rows: readonly LocatedFailure[] = []): string {
  const details = rows
    .slice(0, MAX_DETAILS)
    .flatMap(({ row, line, problems }) =>
      problems.map((problem) => toDetail(problem, { row, ...(line === undefined ? {} : { line }) })),
    );
  return JSON.stringify({
    error: message,
    code,
    error_count: Math.max(rows.length, 1),
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
