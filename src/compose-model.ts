import { createJsonLogger } from './adapters/system/logger.ts';
import { composeStorage, describeInTrial, toRunnerParts, toSourceOptions } from './compose.ts';
import type { Config } from './config.ts';
import type { ModelReport } from './model/check/check.ts';
import type { MadeManifest } from './model/init/golden.ts';
import type { ModelIdentity } from './model/model.ts';
import type { ModelParts } from './model/open.ts';
import type { Publication } from './model/publish/publish.ts';
import type { Rollback } from './model/publish/rollback.ts';
import { loadModel } from './model/source.ts';
import { createPlacement } from './serving/place-model.ts';
import type { Runner } from './serving/runner.ts';

/** Bound of publishing a model or going back to one, in milliseconds. */
const PUBLISH_MS = 1_800_000;

/**
 * Makes a first manifest and a golden file for a model file.
 *
 * @param read reads a file of the model's folder
 * @throws ScorerError `MODEL_INVALID` for a model that can't be taken, `USAGE` when the CSV can't feed it
 */
export async function composeFirstManifest(
  name: string,
  {
    read,
    table,
    ...choice
  }: {
    readonly read: (file: string) => Promise<Uint8Array>;
    /** The bytes of a CSV. */
    readonly table?: AsyncIterable<Uint8Array>;
    readonly target?: string;
    readonly columns?: readonly string[];
  },
): Promise<MadeManifest> {
  const { readBareModel } = await import('./model/init/bare.ts');
  const { addGolden } = await import('./model/init/golden.ts');
  const { profileCsv } = await import('./model/init/profile.ts');
  const { hash } = await import('node:crypto');
  const bare = await readBareModel(name, async (file) => {
    const bytes = await read(file);
    return { pinned: { file, sha256: hash('sha256', bytes) }, bytes };
  });
  const first = await describeInTrial(bare, {
    ...choice,
    ...(table === undefined ? {} : { table: await profileCsv(table) }),
  });
  return addGolden(bare, first);
}

/** What `model check` tells: the report, and what runs cost here. */
export interface ModelCheck {
  readonly identity: ModelIdentity;
  readonly report: ModelReport;
  readonly runner: Runner;
}

/**
 * Loads a model as it is loaded to be served, after a trial in a process of its own, and looks at it.
 *
 * @param table the bytes of a CSV of rows to come
 * @throws ScorerError with the reason why it can't be served
 */
export async function composeModelCheck(
  config: Config,
  table: AsyncIterable<Uint8Array> | undefined,
): Promise<ModelCheck> {
  const { reportModel } = await import('./model/check/check.ts');
  const { profileCsv } = await import('./model/init/profile.ts');
  const { tryModel } = await import('./trial/trial.ts');
  const logger = createJsonLogger(config.logLevel);
  const seen: { parts?: ModelParts; runner?: Runner } = {};
  const profile = table && (await profileCsv(table));
  const model = await loadModel(await composeStorage(config), config.modelUri, undefined, {
    ...toSourceOptions(config, logger),
    async inspect(parts) {
      seen.parts = parts;
      await tryModel(parts);
    },
    place: createPlacement(toRunnerParts(logger), (runner) => {
      seen.runner = runner;
    }),
  });
  try {
    const { parts, runner } = seen;
    if (parts === undefined || runner === undefined) throw new Error('a load tells its parts and its runner');
    return { identity: model.identity, report: await reportModel(model, parts, profile), runner };
  } finally {
    await model.release();
  }
}

/** Rows that a model takes, made up to try it with. */
export interface Examples {
  readonly instances: readonly unknown[];
  /** Names of the values in a CSV: columns, or features. */
  readonly names: readonly string[];
}

/**
 * Makes up rows that a model takes.
 *
 * @throws ScorerError with the reason why it can't be loaded
 */
export async function composeExamples(config: Config, count: number): Promise<Examples> {
  const { parseManifest } = await import('./model/manifest.ts');
  const { sampleInstances } = await import('./model/samples.ts');
  const model = await loadModel(await composeStorage(config), config.modelUri, undefined, {
    maxBytes: config.modelMaxBytes,
    describe: describeInTrial,
  });
  try {
    const { columns, features } = await parseManifest(model.manifest);
    const { inputs, columnNames, featureNames } = model.schema;
    const names = columns.length > 0 ? columnNames : featureNames;
    return { instances: sampleInstances({ inputs, columns, features }, count), names };
  } finally {
    await model.release();
  }
}

/**
 * Publishes the configured model in another folder. It was checked before.
 *
 * @throws ScorerError `OUTPUT_CONFLICT` when somebody else published meanwhile, and as `publishModel`
 */
export async function composePublication(config: Config, to: string): Promise<Publication> {
  const { publishModel } = await import('./model/publish/publish.ts');
  const { modelUri: from, modelMaxBytes: maxBytes } = config;
  const signal = AbortSignal.timeout(PUBLISH_MS);
  return publishModel(await composeStorage(config), { from, to, signal, maxBytes });
}

/**
 * Publishes again what was published before in the configured model's folder.
 *
 * @param digest of the model to go back to
 * @throws ScorerError as `rollBackModel`
 */
export async function composeRollback(config: Config, digest: string | undefined): Promise<Rollback> {
  const { rollBackModel } = await import('./model/publish/rollback.ts');
  return rollBackModel(await composeStorage(config), {
    folder: config.modelUri,
    signal: AbortSignal.timeout(PUBLISH_MS),
    maxBytes: config.modelMaxBytes,
    ...(digest === undefined ? {} : { digest }),
  });
}

/**
 * Pins the files of the configured model's manifest again, and writes it.
 *
 * @returns how many golden rows were predicted again; undefined where none were
 * @throws ScorerError as `repinManifest`
 */
export async function composeRepin(config: Config): Promise<number | undefined> {
  const { repinManifest } = await import('./model/init/pin.ts');
  const { createModelFiles } = await import('./model/files.ts');
  const { createStopwatch } = await import('./model/stopwatch.ts');
  const storage = await composeStorage(config);
  const files = createModelFiles(storage, config.modelMaxBytes, createStopwatch());
  const signal = AbortSignal.timeout(PUBLISH_MS);
  const place = (file: string): string => `${config.modelUri}/${file}`;
  const present = await files.read(place('manifest.json'), signal);
  const { manifest, golden } = await repinManifest(present.bytes, async (file) => {
    const { bytes } = await files.read(place(file), signal);
    return { pinned: { file, sha256: await files.checksum(bytes) }, bytes };
  });
  if (golden !== undefined) await storage.write(place(golden.file), golden.bytes, { signal });
  await storage.write(place('manifest.json'), manifest, { signal });
  return golden?.rows;
}
