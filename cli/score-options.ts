import type { ErrorLimit } from '../src/batch/judge.ts';
import { usage } from './command.ts';

/**
 * Reads `--max-errors`: a number of rows, or a share of them with a percent sign.
 *
 * @throws ScorerError `USAGE`
 */
export function toErrorLimit(text: string | boolean | undefined): ErrorLimit {
  if (text === undefined) return {};
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(String(text))?.[1];
  if (percent !== undefined && Number(percent) <= 100) return { ratio: Number(percent) / 100 };
  if (/^\d{1,15}$/.test(String(text))) return { count: Number(text) };
  throw usage(`--max-errors is ${JSON.stringify(text)}: expected a number of rows, or a share such as 5%.`);
}

/** More threads than any machine of one person has CPUs. */
const MAX_WORKERS = 256;

/**
 * Reads `--workers`.
 *
 * @returns undefined where nothing is said
 * @throws ScorerError `USAGE`
 */
export function toWorkers(text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  const workers = /^\d{1,3}$/.test(String(text)) ? Number(text) : 0;
  if (workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw usage(`--workers is ${JSON.stringify(text)}: expected a number of threads from 1 to ${MAX_WORKERS}.`);
}
