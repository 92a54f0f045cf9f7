import { closeSync, openSync } from 'node:fs';

/**
 * Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once, and its functions with it.
 * SIGHUP stops it too where it means that the terminal is gone; otherwise it calls `onHangUp`.
 */
export function untilSignal(onHangUp: () => void): Promise<'stopped'> {
  return new Promise((resolve) => {
    const stop = (isSeen: boolean): void => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.removeAllListeners(signal).once(signal, () => process.exit(130));
      }
      if (isSeen) process.stdout.write('Stopping: what is under way is finished first.\n');
      resolve('stopped');
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(true));
    const hadTerminal = hasTerminal();
    process.on('SIGHUP', () => {
      const isGone = process.platform === 'win32' || (hadTerminal && !hasTerminal());
      if (isGone) stop(false);
      else onHangUp();
    });
  });
}

/** Whether the process has a controlling terminal; a service has none, nor has what outlived its window. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
