// `npm run load-test:streaming`: the built scoring function over Google's Pub/Sub emulator, against a rival.
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type PubSubServer, startPubSub, whyNoPubSub } from '../../test/servers/pubsub.ts';
import { type Contender, startFunction, startRival } from './contender.ts';
import { countMessages, type LoadOptions, parseOptions } from './options.ts';
import { describeGain, describeResults, isSound, type Results } from './report.ts';
import { type Load, type Round, runRound } from './round.ts';

/** Messages of a contender's first round, which is not counted: so many pass before its code is compiled. */
const WARM_UP_MESSAGES = 10_000;

const options = readOptions();
const reason = existsSync(join(import.meta.dirname, '../../dist/functions/index.js'))
  ? whyNoPubSub()
  : 'there is no dist: npm run build';
if (reason !== undefined) fail(`The load test can not run: ${reason}.`);
const server = await startPubSub();
try {
  process.exitCode = (await runAll(server, options)) ? 0 : 1;
} finally {
  await server.stop();
}

function readOptions(): LoadOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** Runs and prints every case; returns whether all of them are sound. */
async function runAll(
  to: PubSubServer,
  { rowsPerMessage, profile, ...asked }: LoadOptions,
): Promise<boolean> {
  await to.createTopic('features');
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}.`);
  const ours = await startFunction(to, profile);
  const done: Results[] = [];
  try {
    for (const rows of rowsPerMessage) {
      const load = { messages: countMessages(asked.messages, rows), rowsPerMessage: rows, rate: asked.rate };
      const results = await compare(to, ours, load, asked.rounds);
      console.log(`\n${describeResults(results)}`);
      done.push(results);
    }
  } finally {
    await ours.stop();
  }
  const [one, many] = [1, 1000].map((rows) => done.find(({ load }) => load.rowsPerMessage === rows));
  if (one !== undefined && many !== undefined) console.log(`\n${describeGain(one, many)}`);
  return done.every(isSound);
}

/** Lets the function and a rival take turns. */
async function compare(to: PubSubServer, ours: Contender, load: Load, rounds: number): Promise<Results> {
  const rival = await startRival(to, load.rowsPerMessage, load.rate !== undefined);
  const results = { load, ours: [] as Round[], rival: [] as Round[] };
  const warmUp = { ...load, messages: Math.min(load.messages, WARM_UP_MESSAGES), rate: undefined };
  try {
    for (const each of [ours, rival]) await runRound(to, each, warmUp);
    for (let round = 0; round < rounds; round += 1) {
      const turns = round % 2 === 0 ? [ours, rival] : [rival, ours];
      for (const each of turns) results[each.name].push(await runRound(to, each, load));
    }
  } finally {
    await rival.stop();
  }
  return results;
}
