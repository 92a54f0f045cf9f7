import { availableParallelism } from 'node:os';
import { ask } from './ask.ts';
import { CONTENDERS, type ContenderName, type Place } from './contenders.ts';
import type { Door } from './door.ts';
import { type LoadOptions, load, type Measurement } from './load.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { type Server, startContender } from './server.ts';

/** What all rounds of one contender at one scenario came to. */
export interface Standing {
  readonly scenario: ScenarioName;
  readonly contender: ContenderName;
  /** One a round; fewer when it failed. */
  readonly runs: Measurement[];
  /** Why it takes no part any more. */
  failure?: string;
}

/** What is common to all rounds. */
export interface RoundOptions extends LoadOptions {
  readonly rounds: number;
  /** Load that isn't counted, before each measurement. */
  readonly warmUpSeconds: number;
}

/**
 * Lets contenders take turns: each once a round and scenario, in fresh processes, each round beginning with another.
 *
 * @param standings who takes part in what; their runs are filled in
 */
export async function runRounds(
  standings: readonly Standing[],
  place: Omit<Place, 'ports' | 'answer'>,
  options: RoundOptions,
  tell: (line: string) => void,
): Promise<void> {
  const answers = await askOurs(standings, place);
  const scenarios = [...new Set(standings.map(({ scenario }) => scenario))];
  for (let round = 0; round < options.rounds; round += 1) {
    for (const scenario of scenarios) {
      const turns = standings.filter((each) => each.scenario === scenario);
      const first = round % turns.length;
      for (const standing of [...turns.slice(first), ...turns.slice(0, first)]) {
        if (standing.failure !== undefined) continue;
        try {
          const run = await measure(standing, { ...place, answer: answers[scenario] ?? '' }, options);
          standing.runs.push(run);
          const rate = `${Math.round(run.requestsPerSecond)} requests/s`;
          tell(`round ${round + 1}, ${scenario}, ${standing.contender}: ${rate}`);
        } catch (error) {
          standing.failure = error instanceof Error ? error.message : String(error);
          tell(`round ${round + 1}, ${scenario}, ${standing.contender}: ${standing.failure}`);
        }
      }
    }
  }
}

/** What a contender is sent. @throws Error when it doesn't take the scenario */
export function toDoor(contender: ContenderName, scenario: ScenarioName): Door {
  const door = CONTENDERS[contender].doors[scenario];
  if (door === undefined) throw new Error(`${contender} does not take ${scenario}.`);
  return door(SCENARIOS[scenario]);
}

async function measure(
  { contender, scenario }: Standing,
  place: Omit<Place, 'ports'>,
  { warmUpSeconds, ...options }: RoundOptions,
): Promise<Measurement> {
  return withServer(contender, place, async (server) => {
    const door = toDoor(contender, scenario);
    const { bytes: answerBytes } = await ask(server.url, door, SCENARIOS[scenario]);
    const work = { ...options, answerBytes, cores: availableParallelism() };
    await load(server, door, { ...work, seconds: warmUpSeconds });
    return load(server, door, work);
  });
}

/** Our answers, which the echo gives; asked for even where we take no part. */
async function askOurs(
  standings: readonly Standing[],
  place: Omit<Place, 'ports' | 'answer'>,
): Promise<Partial<Record<ScenarioName, string>>> {
  return withServer('ours', { ...place, answer: '', profile: undefined }, async (server) => {
    const answers: Partial<Record<ScenarioName, string>> = {};
    for (const { scenario } of standings) {
      const { text } = await ask(server.url, toDoor('ours', scenario), SCENARIOS[scenario]);
      answers[scenario] = text;
    }
    return answers;
  });
}

async function withServer<Result>(
  contender: ContenderName,
  place: Omit<Place, 'ports'>,
  use: (server: Server) => Promise<Result>,
): Promise<Result> {
  const server = await startContender(contender, place);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}
