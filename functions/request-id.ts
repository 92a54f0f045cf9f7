import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The id of a request: its own `X-Request-Id` where it has a usable one, else a new one, which it has from then on. */
export function toRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given)) return given;
  const id = randomUUID();
  headers['x-request-id'] = id;
  return id;
}

/**
 * The id of the trace that a request belongs to, 32 hex digits: of `traceparent` (W3C Trace Context §3.2) or of
 * `X-Cloud-Trace-Context`; undefined for a request that belongs to none.
 */
export function toTraceId({ headers }: IncomingMessage): string | undefined {
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(String(headers['traceparent'] ?? ''));
  const cloud = /^([0-9a-fA-F]{32})(?:\/|$)/.exec(String(headers['x-cloud-trace-context'] ?? ''));
  const id = (parent ?? cloud)?.[1]?.toLowerCase();
  return id === undefined || /^0+$/.test(id) ? undefined : id;
}

/** The field by which Cloud Logging puts a line to its trace; nothing for a request that belongs to none. */
export function toTraceField(request: IncomingMessage, project: string): Readonly<Record<string, string>> {
  const trace = toTraceId(request);
  return trace === undefined ? {} : { 'logging.googleapis.com/trace': `projects/${project}/traces/${trace}` };
}
