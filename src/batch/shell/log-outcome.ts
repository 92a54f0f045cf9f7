import type { Delivery } from '../../ports/delivery.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Job } from '../job.ts';
import type { Outcome } from '../protocol/turn.ts';

/** Tells what came of a delivery, where somebody may want to know. */
export function logOutcome(logger: Logger, { id: messageId }: Delivery, outcome: Outcome): void {
  switch (outcome.event) {
    case 'nothing':
    case 'scored':
    case 'handed-on':
      return;
    case 'planned':
      logger.log('INFO', 'JOB_PLANNED', 'The shards of a file were published.', {
        job: outcome.job,
        uri: outcome.uri,
        shards: outcome.shards,
      });
      return;
    case 'superseded':
      logger.log('INFO', 'OBJECT_SUPERSEDED', 'This version of the object is gone: deleted or overwritten.', {
        uri: outcome.uri,
      });
      return;
    case 'refused':
      logger.log('WARNING', 'MESSAGE_REFUSED', outcome.error.message, {
        code: outcome.error.code,
        messageId,
      });
      return;
    case 'closed':
      logJob(logger, outcome.job, outcome.folder);
  }
}

function logJob(logger: Logger, { job, state, input, rows, error }: Job, folder: string): void {
  const { uri } = input;
  if (state === 'succeeded') {
    logger.log('INFO', 'JOB_SUCCEEDED', `Scored ${uri}.`, { job, uri, folder, rows });
    return;
  }
  logger.log('ERROR', 'JOB_FAILED', `${uri} failed as a whole.`, {
    job,
    uri,
    folder,
    code: error?.code,
    error: error?.message,
  });
}
