import type { Logger, Severity } from '../../ports/logger.ts';

const RANKS = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3 } as const satisfies Record<Severity, number>;

/**
 * Logs JSON lines to standard output, as Cloud Logging reads them: `severity`, `message`, `event` and
 * the fields.
 *
 * @param level lines below it are left out
 */
export function createJsonLogger(level: Severity): Logger {
  return {
    log(severity, event, message, fields = {}) {
      if (RANKS[severity] < RANKS[level]) return;
      process.stdout.write(`${JSON.stringify({ severity, event, message, ...fields })}\n`);
    },
  };
}
