import { parseArgs } from 'node:util';
import { COMPARISONS } from './comparisons.ts';

/** What is asked for on the command line. */
export interface BenchOptions {
  /** Rows of most data sets; some have a share or a multiple of them. */
  readonly rows: number;
  readonly rounds: number;
  /** Names of the comparisons to run, in their order. */
  readonly names: readonly string[];
  /** Size of the file that the comparison of memory takes. */
  readonly gigabytes: number | undefined;
}

const USAGE = 'npm run bench:csv -- [--rows N] [--rounds N] [--only NAME,…] [--long] [--gb N]';

/** Reads the command line; throws a RangeError, with the usage, for what is none. */
export function parseOptions(words: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      rows: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      long: { type: 'boolean', default: false },
      gb: { type: 'string' },
    },
  });
  const usual = COMPARISONS.filter(
    ({ when = 'always' }) =>
      when === 'always' || (when === 'long' && values.long) || (when === 'gb' && values.gb !== undefined),
  ).map(({ name }) => name);
  const names = values.only?.split(',') ?? usual;
  for (const name of names) checkName(name, values.gb);
  return {
    rows: toCount('rows', values.rows),
    rounds: toCount('rounds', values.rounds),
    names,
    gigabytes: values.gb === undefined ? undefined : toCount('gb', values.gb),
  };
}

function checkName(name: string, gigabytes: string | undefined): void {
  const comparison = COMPARISONS.find((each) => each.name === name);
  if (comparison === undefined) {
    const known = COMPARISONS.map((each) => each.name).join(', ');
    throw new RangeError(
      `There is no comparison ${JSON.stringify(name)}: expected some of ${known}.\n${USAGE}`,
    );
  }
  if (comparison.when === 'gb' && gigabytes === undefined) {
    throw new RangeError(`The comparison ${name} needs --gb: the size of its file.\n${USAGE}`);
  }
}

function toCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new RangeError(`--${name} is ${JSON.stringify(text)}: expected a whole number from 1.\n${USAGE}`);
}
