import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { composeStorage } from '../src/compose.ts';
import { composeFirstManifest } from '../src/compose-model.ts';
import type { ScorerError } from '../src/errors.ts';
import type { MadeManifest } from '../src/model/init/golden.ts';
import { type Command, type CommandInput, usage } from './command.ts';
import { readCsv } from './read-csv.ts';
import { checkModelName, readSettings } from './settings.ts';

/** `scorestream model init`: a first manifest for a model file. */
export const modelInit: Command = {
  usage: 'model init FILE.onnx [--from train.csv [--target NAME] [--columns A,B,C]]',
  summary:
    'Writes manifest.json and golden.json beside a model file: from its inputs and outputs, and from a CSV of the columns that people have.',
  flags: {
    from: { value: 'CSV', help: 'categories, bounds and types come from this file; only read' },
    target: { value: 'NAME', help: 'the column of the CSV that the model predicts' },
    columns: { value: 'A,B,C', help: 'the columns that feed the model, in its order' },
  },
  words: 1,
  async run({ values, positionals: [file = ''] }) {
    checkModelName(file);
    if (!/\.onnx$/i.test(file)) throw usage(`${file} is no model file: expected a name that ends in .onnx.`);
    const folder = dirname(file);
    const [manifestPath, goldenPath] = [join(folder, 'manifest.json'), join(folder, 'golden.json')];
    for (const path of [manifestPath, goldenPath]) await refuseToReplace(path);
    const made = await composeFirstManifest(basename(file), {
      read: (name) => readBytes(join(folder, name)),
      ...toOptions(values),
    });
    await createBoth([goldenPath, made.golden], [manifestPath, made.manifest]);
    process.stdout.write(toText(made, relative('.', manifestPath), relative('.', goldenPath)));
    return 0;
  },
};

function toOptions(values: CommandInput['values']): {
  readonly table?: AsyncIterable<Uint8Array>;
  readonly target?: string;
  readonly columns?: readonly string[];
} {
  const { from, target, columns } = values;
  if (from === undefined && (target !== undefined || columns !== undefined)) {
    throw usage('--target and --columns name columns of a CSV: give it with --from.');
  }
  return {
    ...(from === undefined ? {} : { table: readCsv(String(from)) }),
    ...(target === undefined ? {} : { target: String(target) }),
    ...(columns === undefined ? {} : { columns: String(columns).split(',') }),
  };
}

async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw usage(`${path} can't be read (${error instanceof Error ? error.message : error}).`);
  });
}

async function refuseToReplace(path: string): Promise<void> {
  const found = await readFile(path).catch(() => undefined);
  if (found !== undefined) throw alreadyThere(path);
}

/** Two whole files, or none. @throws ScorerError `USAGE` when one is there, `STORAGE_FAILED` when the disk refuses */
async function createBoth(...files: readonly (readonly [path: string, bytes: Uint8Array])[]): Promise<void> {
  const storage = await composeStorage(readSettings());
  const created: string[] = [];
  try {
    for (const [path, bytes] of files) {
      const { written } = await storage.write(resolve(path), bytes, { ifGenerationMatch: '0' });
      if (!written) throw alreadyThere(path);
      created.push(resolve(path));
    }
  } catch (error) {
    for (const path of created) await storage.remove(path);
    throw error;
  }
}

function alreadyThere(path: string): ScorerError {
  return usage(`${path} is there already: move it away, or mend it by hand.`);
}

function toText({ document, notes, rows }: MadeManifest, manifest: string, golden: string): string {
  const { task, columns = [], features, outputs } = document;
  const takes =
    columns.length > 0
      ? columns.map(({ name, type }) => `${name} (${type})`).join(', ')
      : `${features.length} features, ${features[0]} to ${features.at(-1)}`;
  const gives = outputs.classes === undefined ? '' : ` of ${outputs.classes.map(String).join(', ')}`;
  return [
    `${manifest}: ${task}${gives}; takes ${takes}.`,
    `${golden}: ${rows} rows with the model's own predictions: they prove that it gives the same elsewhere, not that it is right.`,
    ...notes.map((note) => `Look at: ${note}`),
    '',
  ].join('\n');
}
