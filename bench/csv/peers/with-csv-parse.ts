// Scores a CSV with csv-parse and onnxruntime-node, as a Node program usually would: `node with-csv-parse.ts FILE OUT
// --model DIR`. csv-parse's documents call the stream with an async iterator "both scalable and elegant"
// (https://csv.js.org/parse/api/async_iterator/); records are arrays, which it gives faster than objects.
import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { printTime } from '../stopwatch.ts';

const BATCH_ROWS = 2048;

interface Manifest {
  readonly model: { readonly file: string };
  readonly columns: readonly { readonly name: string; readonly categories: readonly (string | number)[] }[];
  readonly features: readonly string[];
}
type Row = readonly string[];
type Encode = (row: Row, into: Float32Array, start: number) => void;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { model: { type: 'string' } } });
const [file = '', out = ''] = positionals;
const folder = values.model ?? '';
const { model, columns, features } = JSON.parse(
  readFileSync(join(folder, 'manifest.json'), 'utf8'),
) as Manifest;
const session = await InferenceSession.create(join(folder, model.file)); // threads as by default
const input = session.inputNames[0] ?? '';

/** Says where a row's features are: raw columns by category, or the features as they are. */
function createEncode(header: Row): Encode {
  const isRaw = columns.every(({ name }) => header.includes(name));
  if (!isRaw) {
    const places = features.map((feature) => header.indexOf(feature));
    return (row, into, start) => {
      for (const [feature, place] of places.entries()) into[start + feature] = Number(row[place]);
    };
  }
  const plan = columns.map(({ name, categories }) => ({
    place: header.indexOf(name),
    features: new Map(
      categories.map((category) => [String(category), features.indexOf(`${name}_${category}`)]),
    ),
  }));
  return (row, into, start) => {
    for (const column of plan) into[start + (column.features.get(row[column.place] ?? '') ?? Number.NaN)] = 1;
  };
}

function toField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function scoreBatch(rows: readonly Row[], encode: Encode): Promise<string> {
  const matrix = new Float32Array(rows.length * features.length);
  for (const [index, row] of rows.entries()) encode(row, matrix, index * features.length);
  const { label, probabilities } = await session.run({
    [input]: new Tensor('float32', matrix, [rows.length, features.length]),
  });
  const labels = label?.data as BigInt64Array; // as the model's outputs are
  const chances = probabilities?.data as Float32Array;
  return rows
    .map((row, index) => {
      const chance = chances[2 * index + 1] ?? Number.NaN;
      return `${row.map(toField).join(',')},${labels[index]},${chance.toPrecision(8)}\n`;
    })
    .join('');
}

await printTime(async () => {
  const output = createWriteStream(out);
  const write = async (text: string): Promise<void> => {
    if (!output.write(text)) await once(output, 'drain');
  };
  const parser = createReadStream(file).pipe(parse());
  let encode: Encode | undefined;
  let batch: Row[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    if (encode !== undefined && batch.length > 0) await write(await scoreBatch(batch, encode));
    count += batch.length;
    batch = [];
  };
  for await (const row of parser as AsyncIterable<Row>) {
    if (encode === undefined) {
      encode = createEncode(row);
      await write(`${row.map(toField).join(',')},label,probability\n`);
      continue;
    }
    if (batch.push(row) === BATCH_ROWS) await flush();
  }
  await flush();
  output.end();
  await once(output, 'finish');
  return count;
});
