import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** CPUs that this process may be scheduled on; a container's quota may be less. */
export function machineCpus(): number {
  return availableParallelism();
}

/** The text of a small file of the system, such as those below `/proc` and `/sys`; undefined when it can't be read. */
export function readSystemText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // not on this system, or not for us
  }
}

/** Milliseconds of a clock that never goes back, with fractions: for durations. */
export function steadyNowMs(): number {
  return performance.now();
}
