import { join } from 'node:path';
import { composeStorage } from '../src/compose.ts';
import { composeExamples, type Examples } from '../src/compose-model.ts';
import type { Config } from '../src/config.ts';
import { OPTIONS } from '../src/config.ts';
import { quoteField } from '../src/encode/csv.ts';
import { PROJECT_DIR } from './settings.ts';

/** Files of rows to try a model with, as JSON and as CSV. */
export interface ExampleFiles {
  readonly json: string;
  readonly csv: string;
}

const ROWS = 3;

/** The shipped model has samples; for others rows are made up, in the data folder. */
export async function makeExamples(config: Config): Promise<ExampleFiles> {
  if (config.modelUri === join(PROJECT_DIR, OPTIONS.modelUri.default)) {
    return { json: 'samples/flight.json', csv: 'samples/flights.csv' };
  }
  const examples = await composeExamples(config, ROWS);
  const [json, csv] = [join(config.dataDir, 'example.json'), join(config.dataDir, 'example.csv')];
  const storage = await composeStorage(config);
  await storage.write(json, Buffer.from(`${JSON.stringify({ instances: examples.instances })}\n`));
  await storage.write(csv, Buffer.from(toCsv(examples)));
  return { json, csv };
}

function toCsv({ instances, names }: Examples): string {
  const rows = instances.map((instance) =>
    names.map((name, index) =>
      Array.isArray(instance) ? instance[index] : Reflect.get(Object(instance), name),
    ),
  );
  return [names, ...rows].map((row) => `${row.map(toField).join(',')}\n`).join('');
}

function toField(value: unknown): string {
  return quoteField(String(value ?? ''), ',');
}
