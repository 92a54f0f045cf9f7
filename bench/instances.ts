// Rows a second of scoring the flight-delay model: JSON objects by column against arrays of features, in turns.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createLocalStorage } from '../src/adapters/local/storage.ts';
import { decodeInstances } from '../src/decode/json.ts';
import { encodeInstances } from '../src/features/instances.ts';
import { loadModel } from '../src/model/source.ts';
import { scoreRows } from '../src/score.ts';
import { median } from './median.ts';

const MODEL = join(import.meta.dirname, '../model-files/flight-delay');
const ROWS = 1000;
const ROUND_MS = 1000;
const TARGET = 0.5;
const rounds = Number(process.argv[2] ?? 9);

const model = await loadModel(createLocalStorage(), MODEL);
const { columns } = JSON.parse(readFileSync(join(MODEL, 'manifest.json'), 'utf8')) as {
  columns: { name: string; categories: (string | number)[] }[];
}; // the shipped one
const objects = Array.from({ length: ROWS }, (_, row) =>
  Object.fromEntries(
    columns.map(({ name, categories }, at) => [name, categories[(row * (at + 3)) % categories.length]]),
  ),
);
const arrays = objects.map((object) =>
  columns.flatMap(({ name, categories }) => categories.map((category) => Number(category === object[name]))),
);

/** Rows a second from values that are parsed already, as the two ways differ only after that. */
async function rowsPerSecond(values: readonly unknown[]): Promise<number> {
  const end = performance.now() + ROUND_MS;
  const start = performance.now();
  let rows = 0;
  while (performance.now() < end) {
    await scoreRows(model, encodeInstances(model.schema, values));
    rows += ROWS;
  }
  return (rows * 1000) / (performance.now() - start);
}

/** The same with the parsing of the body. */
async function parsedRowsPerSecond(body: string): Promise<number> {
  const end = performance.now() + ROUND_MS;
  const start = performance.now();
  let rows = 0;
  while (performance.now() < end) {
    const { values } = decodeInstances(body, 'The body');
    await scoreRows(model, encodeInstances(model.schema, values));
    rows += ROWS;
  }
  return (rows * 1000) / (performance.now() - start);
}

const bodies = {
  objects: JSON.stringify({ instances: objects }),
  arrays: JSON.stringify({ instances: arrays }),
};
const ways: Readonly<Record<string, () => Promise<number>>> = {
  'arrays of features': () => rowsPerSecond(arrays),
  'objects by column': () => rowsPerSecond(objects),
  'arrays, from JSON text': () => parsedRowsPerSecond(bodies.arrays),
  'objects, from JSON text': () => parsedRowsPerSecond(bodies.objects),
};
const results = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
for (const run of Object.values(ways)) await run(); // compiled by now
for (let round = 0; round < rounds; round += 1) {
  for (const [name, run] of Object.entries(ways)) results.get(name)?.push(await run());
}
await model.release();

console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} CPUs, Node ${process.version}: batches of ${ROWS} rows, ${rounds} rounds in turns`,
);
for (const [name, each] of results) {
  console.log(`${name.padEnd(24)} ${Math.round(median(each)).toLocaleString('en')} rows/s`);
}
const ratio =
  median(results.get('objects by column') ?? []) / median(results.get('arrays of features') ?? []);
console.log(`objects by column against arrays: ${ratio.toFixed(2)} (target: ${TARGET} or more)`);
process.exitCode = ratio >= TARGET ? 0 : 1;
