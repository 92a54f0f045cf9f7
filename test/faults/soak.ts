// `npm run soak -- --minutes 10 [--seed N]`: random faults, until the time is over or a run loses something or
// doubles it wrongly. The same seed gives the same steps.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type PubSubServer, startPubSub, whyNoPubSub } from '../servers/pubsub.ts';
import { createLab } from './lab.ts';
import { randomOptions, randomSteps } from './random-steps.ts';
import { check, type Scenario, settle } from './scenario.ts';
import { type Stage, type Step, take } from './steps.ts';

/** Labs at once: most of their time goes into waiting. */
const LABS = 3;
/** Runs that use one lab, one after the other. */
const RUNS_PER_LAB = 8;

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes ?? 10);
const seed = Number(values.seed ?? randomInt(1_000_000));
const why =
  whyNoPubSub() ?? (minutes > 0 && Number.isInteger(seed) ? undefined : '--minutes or --seed is no number');
if (why !== undefined) fail(why);

const totals = { runs: 0, outputs: 0, duplicates: 0, labs: 0 };
const endMs = performance.now() + minutes * 60_000;
const server = await startPubSub();
say(`Seed ${seed}, for ${minutes} minutes.`);
try {
  await Promise.all(Array.from({ length: LABS }, () => soak(server)));
} finally {
  await server.stop();
}
say(
  `${totals.runs} runs, ${totals.outputs} outputs, ${totals.duplicates} of them duplicates with equal contents. Nothing was lost.`,
);

async function soak(server: PubSubServer): Promise<void> {
  while (performance.now() < endMs) {
    const number = totals.labs;
    totals.labs += 1;
    await soakLab(server, number);
  }
}

async function soakLab(server: PubSubServer, number: number): Promise<void> {
  const options = randomOptions(seed + number);
  const lab = await createLab(server, options);
  const stage: Stage = { lab, made: 0, byHand: new Map() };
  const steps: Step[] = [{ do: 'start' }];
  try {
    await lab.start();
    for (let run = 0; run < RUNS_PER_LAB && performance.now() < endMs; run += 1) {
      for (const step of randomSteps(seed + 1000 * (number + 1) + run, options)) {
        steps.push(step);
        await take(stage, step);
      }
      await settle(stage, options);
      totals.runs += 1;
    }
    await lab.stop();
    await lab.collect(0);
    check(stage, options);
    totals.outputs += lab.ledger.count();
    totals.duplicates += lab.ledger.duplicates();
    say(`Lab ${number}: ${steps.length} steps, ${lab.ledger.count()} outputs; ${totals.runs} runs so far.`);
  } catch (error) {
    const scenario: Scenario = {
      proves: `Seed ${seed}, lab ${number}`,
      setup: options,
      steps,
      expect: { duplicates: 'any' },
    };
    fail(
      `Seed ${seed}, lab ${number} failed: ${error}\nAs a file of test/faults/streaming:\n${JSON.stringify(scenario)}`,
    );
  } finally {
    await lab.close();
  }
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1); // what was started ends with this process
}
