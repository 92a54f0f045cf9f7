// Single machine throughput of the prediction function against peers: `npm run bench:http`, bench/README.md.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CONTENDERS } from './contenders.ts';
import { describeEnvironment, toFactTable } from './environment.ts';
import { parseOptions } from './options.ts';
import { prepareAll } from './python.ts';
import { describeResults, isSound } from './report.ts';
import { runRounds, type Standing } from './rounds.ts';

const WARM_UP_SECONDS = 2;

try {
  const words = process.argv.slice(2);
  const { contenders, scenarios, profile, json, ...load } = parseOptions(words);
  const pythons = contenders.map((name) => CONTENDERS[name].python).filter((name) => name !== undefined);
  const python = await prepareAll(new Set(pythons));
  const facts = await describeEnvironment(python, words);
  console.log(`${toFactTable(facts)}\n`);
  const standings = scenarios.flatMap((scenario) =>
    contenders.flatMap((contender): readonly Standing[] => {
      const { doors, python: kind } = CONTENDERS[contender];
      if (doors[scenario] === undefined) return [];
      const reason = kind === undefined ? undefined : python.reasons[kind];
      return [{ scenario, contender, runs: [], ...(reason === undefined ? {} : { failure: reason }) }];
    }),
  );
  const place = { python, profile: profile === undefined ? undefined : resolve(profile) };
  await runRounds(standings, place, { ...load, warmUpSeconds: WARM_UP_SECONDS }, (line) =>
    console.error(line),
  );
  console.log(describeResults(standings));
  if (json !== undefined) await writeFile(json, `${JSON.stringify({ facts, load, standings }, null, 1)}\n`);
  if (!isSound(standings)) throw new Error('\nA contender failed, or gave wrong answers.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
