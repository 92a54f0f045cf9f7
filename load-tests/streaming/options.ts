import { parseArgs } from 'node:util';

/** What is asked for on the command line. */
export interface LoadOptions {
  /** Messages of a round that have one row each. */
  readonly messages: number;
  /** The rows of a message, one entry a case. */
  readonly rowsPerMessage: readonly number[];
  /** Messages a second; undefined for as many as are taken. */
  readonly rate: number | undefined;
  readonly rounds: number;
  /** Folder for a processor profile of the function. */
  readonly profile: string | undefined;
}

const USAGE =
  'npm run load-test:streaming -- [--messages N] [--rows-per-message N]… [--rate N] [--rounds N] [--profile FOLDER]';

/** Reads the command line; throws a RangeError, with the usage, for what is none. */
export function parseOptions(words: readonly string[]): LoadOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      messages: { type: 'string', default: '15000' },
      'rows-per-message': { type: 'string', multiple: true },
      rate: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      profile: { type: 'string' },
    },
  });
  const rows = values['rows-per-message'] ?? (values.rate === undefined ? ['1', '1000'] : ['1']);
  return {
    messages: toCount('messages', values.messages, 2),
    rowsPerMessage: rows.map((text) => toCount('rows-per-message', text, 1)),
    rate: values.rate === undefined ? undefined : toCount('rate', values.rate, 1),
    rounds: toCount('rounds', values.rounds, 1),
    profile: values.profile,
  };
}

/** Large messages take longer: a fiftieth of them, and at least 20, make a round of a similar length. */
export function countMessages(messages: number, rows: number): number {
  return rows < 100 ? messages : Math.min(messages, Math.max(20, Math.ceil(messages / 50)));
}

function toCount(name: string, text: string, least: number): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new RangeError(
    `--${name} is ${JSON.stringify(text)}: expected a whole number from ${least}.\n${USAGE}`,
  );
}
