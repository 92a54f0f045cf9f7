import type { PredictParts } from '../src/compose.ts';

/**
 * Lets SIGHUP ask for another model at once, as `scorestream serve` passes it on. In a terminal the signal
 * keeps its meaning: the terminal is gone, and the process ends.
 */
export function refreshOnSignal(scorer: PredictParts['scorer']): void {
  if (process.stdout.isTTY) return;
  process.on('SIGHUP', () => void scorer.refresh());
}
