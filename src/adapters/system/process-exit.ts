/**
 * Calls back when this process exits, however it comes to that but by a signal: last, and synchronously.
 *
 * @returns what takes the call back out
 */
export function atProcessExit(settle: () => void): () => void {
  process.on('exit', settle);
  return () => process.off('exit', settle);
}
