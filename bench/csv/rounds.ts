import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Difference, findDifference, type Outputs, readOutputs } from './agreement.ts';
import { CONTENDERS, type ContenderName, type Run, runContender, type Task } from './contenders.ts';
import { CACHE } from './data-sets.ts';

/** What all rounds of a contender came to. */
export interface Standing {
  readonly name: ContenderName;
  /** One a round; empty when it failed. */
  readonly runs: Run[];
  /** Of what it wrote in the first round, against ours. */
  difference?: Difference;
  /** Why it takes no part any more. */
  failure?: string;
}

/**
 * Lets contenders take turns: each once a round, each round beginning with another. What they write is removed after
 * each run, so that every run makes a new file. The first round's outputs are compared.
 *
 * @param names the first is ours
 */
export async function runRounds(
  names: readonly ContenderName[],
  rounds: number,
  task: Omit<Task, 'output'>,
): Promise<Standing[]> {
  const folder = join(CACHE, 'out');
  await mkdir(folder, { recursive: true });
  const standings: Standing[] = names.map((name) => ({ name, runs: [] }));
  let ours: Outputs | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const first = round % names.length;
    for (const standing of [...standings.slice(first), ...standings.slice(0, first)]) {
      if (standing.failure !== undefined) continue;
      const output = join(folder, `${standing.name}.csv`);
      try {
        standing.runs.push(await runContender(standing.name, { ...task, output }));
        if (round > 0 || CONTENDERS[standing.name].writes === 'nothing') continue;
        const theirs = await readOutputs(output, task.rows);
        if (standing.name === names[0]) ours = theirs;
        else if (ours !== undefined) standing.difference = findDifference(ours, theirs);
      } catch (error) {
        standing.failure = error instanceof Error ? error.message : String(error);
      } finally {
        if (existsSync(output)) await rm(output);
      }
    }
  }
  return standings;
}
