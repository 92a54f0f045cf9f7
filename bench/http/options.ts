import { parseArgs } from 'node:util';
import { CONTENDER_NAMES, type ContenderName } from './contenders.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

/** What is asked for on the command line. */
export interface BenchOptions {
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: number;
  /** Who takes part, in the order of the table. */
  readonly contenders: readonly ContenderName[];
  readonly scenarios: readonly ScenarioName[];
  /** The file that everything is written to as JSON. */
  readonly json: string | undefined;
  /** The folder in which programs on Node leave processor profiles. */
  readonly profile: string | undefined;
}

const USAGE =
  'npm run bench:http -- [--rounds N] [--seconds N] [--connections N] [--only NAME,…] [--scenarios NAME,…] [--json FILE] [--profile FOLDER]';

const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];

/** Reads the command line; throws a RangeError, with the usage, for what is none. */
export function parseOptions(words: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '100' },
      only: { type: 'string' },
      scenarios: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  return {
    rounds: toCount('rounds', values.rounds),
    seconds: toCount('seconds', values.seconds),
    connections: toCount('connections', values.connections),
    contenders: toNames('contender', values.only, CONTENDER_NAMES),
    scenarios: toNames('scenario', values.scenarios, SCENARIO_NAMES),
    json: values.json,
    profile: values.profile,
  };
}

/** Those of the known names that the list has, in their order; all without a list. */
function toNames<Name extends string>(
  what: string,
  list: string | undefined,
  known: readonly Name[],
): readonly Name[] {
  if (list === undefined) return known;
  const asked = list.split(',');
  const strange = asked.find((name) => !known.some((each) => each === name));
  if (strange !== undefined) {
    throw new RangeError(
      `There is no ${what} ${JSON.stringify(strange)}: expected some of ${known.join(', ')}.\n${USAGE}`,
    );
  }
  return known.filter((name) => asked.includes(name));
}

function toCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new RangeError(`--${name} is ${JSON.stringify(text)}: expected a whole number from 1.\n${USAGE}`);
}
