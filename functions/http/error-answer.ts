import type { HttpParts } from '../../src/compose.ts';
import type { ScorerError } from '../../src/errors.ts';
import { type Answer, causeOf, RETRY_AFTER, toErrorJson, toJsonAnswer } from '../answer.ts';
import { toRequestId, toTraceField } from '../request-id.ts';
import type { Request } from '../router.ts';
import { STATUS } from './status.ts';

/** The answer of a request that failed as a whole; what is our fault is logged. */
export function toErrorAnswer(
  { logger, project }: Pick<HttpParts, 'logger' | 'project'>,
  error: ScorerError,
  request: Request,
): Answer {
  const status = STATUS[error.code];
  if (status >= 500) {
    logger.log('ERROR', 'REQUEST_FAILED', error.message, {
      ...{ code: error.code, cause: causeOf(error), requestId: toRequestId(request) },
      ...toTraceField(request, project),
    });
  }
  const isTransient = status === 503 || status === 429;
  return toJsonAnswer(status, toErrorJson(error.message, error.code), isTransient ? RETRY_AFTER : {});
}
