// `npm run bench:csv`: files scored by Scorestream and by what people use otherwise, in turns. See bench/README.md.
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { type GcsServer, startGcsServer } from '../../test/servers/gcs.ts';
import { COMPARISONS, type Comparison } from './comparisons.ts';
import { CONTENDERS, type Contender, type ContenderName } from './contenders.ts';
import { FLIGHT_DELAY } from './csv-text.ts';
import { prepareDataSet, prepareGzip, RAW_ROW_BYTES } from './data-sets.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { describePython, prepareInterpreter, prepareTrees } from './python.ts';
import { describeResults, isSound } from './report.ts';
import { runRounds, type Standing } from './rounds.ts';

const BUCKET = 'bench-csv';

const options = readOptions();
const python = await prepareInterpreter();
console.log(await describeMachine());
let areSound = true;
for (const name of options.names) {
  const comparison = COMPARISONS.find((each) => each.name === name);
  if (comparison !== undefined && !(await compare(comparison))) areSound = false;
}
process.exitCode = areSound ? 0 : 1;

function readOptions(): BenchOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

async function describeMachine(): Promise<string> {
  const runtime = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../node_modules/onnxruntime-node/package.json'), 'utf8'),
  ) as { readonly version: string };
  return [
    `- ${cpus()[0]?.model}, ${availableParallelism()} cores, ${(totalmem() / 1e9).toFixed(0)} GB; Linux ${release()}.`,
    `- Node ${process.version}, onnxruntime-node ${runtime.version}; ${await describePython(python)}.`,
    `- Rounds: ${options.rounds}; medians [least..most]. Every contender has its default threads.`,
  ].join('\n');
}

/** Runs and prints a comparison; returns whether it is sound. */
async function compare(comparison: Comparison): Promise<boolean> {
  const { kind, from = 'file', model = 'linear', times = 1 } = comparison;
  const rows =
    comparison.when === 'gb'
      ? Math.ceil(((options.gigabytes ?? 0) * 1e9) / RAW_ROW_BYTES)
      : Math.ceil(options.rows * times);
  const path = await (from === 'gzip' ? prepareGzip : prepareDataSet)(kind, rows);
  const server = from === 'storage' ? await startGcsServer() : undefined;
  try {
    const task = {
      input: server === undefined ? path : await upload(server, path),
      model: model === 'trees' ? await prepareTrees(python) : FLIGHT_DELAY,
      rows,
      python,
      environment:
        server === undefined ? {} : { STORAGE_EMULATOR_HOST: server.host, METADATA_SERVER_DETECTION: 'none' },
    };
    for await (const _chunk of createReadStream(path)); // into the page cache, for everyone
    const { size } = await stat(path);
    const tooLarge = comparison.contenders.filter((name) => !fits(name, from === 'gzip' ? 0 : size));
    const able = comparison.contenders.filter((name) => !tooLarge.includes(name));
    const standings = await runRounds(able, options.rounds, task);
    const title = `${comparison.name}: ${comparison.what} (${toMillions(rows)} rows, ${(size / 1e6).toFixed(0)} MB)`;
    const results = { title, rows, standings: [...standings, ...tooLarge.map(toAbsent)] };
    console.log(`\n${describeResults(results)}`);
    return isSound({ ...results, standings });
  } finally {
    await server?.stop();
  }
}

async function upload(server: GcsServer, path: string): Promise<string> {
  const uri = `${await server.createBucket(BUCKET)}/rows.csv`;
  await createGcsStorage({ emulatorHost: server.origin }).write(uri, createReadStream(path));
  return uri;
}

/** Whether a contender's memory is here: one that is killed for it would take others with it. */
function fits(name: ContenderName, bytes: number): boolean {
  const { memoryTimes = 0 }: Contender = CONTENDERS[name];
  return memoryTimes * bytes < freemem();
}

function toAbsent(name: ContenderName): Standing {
  const { memoryTimes = 0 }: Contender = CONTENDERS[name];
  return { name, runs: [], failure: `takes about ${memoryTimes} times the file, more memory than is free` };
}

function toMillions(rows: number): string {
  return rows < 1e6 ? rows.toLocaleString('en') : `${(rows / 1e6).toFixed(1).replace('.0', '')} M`;
}
