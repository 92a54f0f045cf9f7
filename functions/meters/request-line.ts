import { clip } from '../../src/errors.ts';
import type { ModelIdentity } from '../../src/model/model.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { toRequestId, toTraceField } from '../request-id.ts';
import type { Request } from '../router.ts';

/** A request that was answered, as its line tells it. */
export interface RequestFacts {
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly model?: ModelIdentity;
  /** The project of its trace. */
  readonly project: string;
}

/**
 * Logs a request as Cloud Logging shows one: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#HttpRequest.
 * Neither the query nor the body stands there, and of rows only how many there were.
 */
export function logRequest(
  logger: Logger,
  request: Request,
  { route, status, ms, model, project }: RequestFacts,
): void {
  const { method = '', url = '/', headers, rows } = request;
  const path = url.split('?', 1)[0] ?? '/';
  const agent = headers['user-agent'];
  logger.log('INFO', 'REQUEST', `${method} ${clip(path)}: ${status}`, {
    httpRequest: {
      requestMethod: method,
      requestUrl: clip(path),
      status,
      latency: `${(ms / 1000).toFixed(6)}s`,
      ...(agent === undefined ? {} : { userAgent: clip(agent) }),
    },
    requestId: toRequestId(request),
    route,
    ...(rows === undefined ? {} : { rows: { read: rows.read, scored: rows.scored, refused: rows.refused } }),
    ...(model === undefined ? {} : { model }),
    ...toTraceField(request, project),
  });
}
