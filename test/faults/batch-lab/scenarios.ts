import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import type { ProcessBench } from './real-process.ts';
import { type Case, runCase } from './run.ts';
import type { Scenario } from './trouble.ts';

const folder = join(import.meta.dirname, '../batch');

/** The files of `test/faults/batch`, by their names without ending. */
export function readScenarios(): ReadonlyMap<string, Scenario> {
  const files = readdirSync(folder).sort();
  return new Map(
    files.map((file) => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as Scenario, // ours
    ]),
  );
}

/** How many places are tried of each case: all of them (or each so-manieth), or the scenario's sample. */
export type Extent = 'all' | 'sample';

/** Tries a scenario's trouble at its places; returns how often it came. */
export async function tryScenario(bench: Bench, scenario: Scenario, extent: Extent): Promise<number> {
  let came = 0;
  for (const kind of scenario.inputs ?? (['three shards'] as const)) {
    const each: Case = { scenario, kind };
    if (scenario.trouble === undefined) {
      await tryAt(bench, each, 0);
      continue;
    }
    const { places } = await tryAt(bench, each, -1);
    const { step = 1, sample } = scenario;
    const count = extent === 'all' ? Math.ceil(places / step) : sample;
    for (const number of spread(places, count)) {
      if ((await tryAt(bench, each, number)).hasCome) came += 1;
    }
  }
  return came;
}

/** The same with real processes of the function. */
export async function tryInProcesses(
  bench: ProcessBench,
  scenario: Scenario,
  extent: Extent,
): Promise<number> {
  let came = 0;
  const { places } = await bench.run(undefined, -1);
  const { step = 1, sample } = scenario;
  for (const number of spread(places, extent === 'all' ? Math.ceil(places / step) : sample)) {
    if ((await bench.run(scenario, number)).hasCome) came += 1;
  }
  return came;
}

async function tryAt(bench: Bench, each: Case, number: number): ReturnType<typeof runCase> {
  try {
    return await runCase(bench, each, number);
  } catch (cause) {
    throw new Error(`${each.kind}, ${bench.place.name}, place ${number}: ${String(cause)}`, { cause });
  }
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** So many of the numbers below `count`, evenly. */
function spread(count: number, sample: number): readonly number[] {
  const taken = Math.min(count, sample);
  return upTo(taken).map((index) => Math.floor(((index + 0.5) * count) / taken));
}
