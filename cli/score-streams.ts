import { fstatSync } from 'node:fs';

/** Takes bytes; resolves when there is room for more. */
type Sink = (bytes: Uint8Array) => Promise<void>;

/** Where results go that go to no folder. */
export interface Sinks {
  readonly predictions: Sink;
  readonly errors: Sink;
}

/**
 * Standard output for predictions, standard error for the rows that fail, without their header line.
 *
 * @param beforeErrors clears what else is on standard error
 */
export function createStandardSinks(beforeErrors: () => void): Sinks {
  let isHeader = true;
  return {
    predictions(bytes) {
      return new Promise((resolve) => {
        // the bytes change once this resolves; a failure is the stream's own event
        process.stdout.write(bytes, (error) => {
          if (!error) resolve();
        });
      });
    },
    async errors(bytes) {
      if (!isHeader) {
        beforeErrors();
        process.stderr.write(bytes);
      }
      isHeader = false;
    },
  };
}

/** True when standard input is a pipe or a file: neither a terminal nor nothing. */
export function hasPipedInput(): boolean {
  try {
    const stats = fstatSync(0);
    return stats.isFIFO() || stats.isFile() || stats.isSocket();
  } catch {
    return false; // it is closed
  }
}
