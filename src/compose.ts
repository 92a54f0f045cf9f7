import { systemClock } from './adapters/system/clock.ts';
import { createJsonLogger } from './adapters/system/logger.ts';
import { machineCpus, readSystemText, steadyNowMs } from './adapters/system/machine.ts';
import { atProcessExit } from './adapters/system/process-exit.ts';
import type { ScoreObjectMessage } from './batch/score-event.ts';
import type { FileScorer } from './batch/score-file.ts';
import type { Config } from './config.ts';
import type { ModelReport } from './model/check/check.ts';
import type { DescribeModel } from './model/init/describe.ts';
import type { MadeManifest } from './model/init/golden.ts';
import type { ModelIdentity } from './model/model.ts';
import type { ModelParts } from './model/open.ts';
import { createModelSource, loadModel, type ModelSourceOptions } from './model/source.ts';
import type { Logger } from './ports/logger.ts';
import type { Publisher } from './ports/publisher.ts';
import type { Storage } from './ports/storage.ts';
import { countCpus } from './serving/cpu-quota.ts';
import { createPlacement } from './serving/place-model.ts';
import type { Runner, RunnerParts } from './serving/runner.ts';
import { createScorer, type Scorer } from './serving/scorer.ts';
import type { ScoreMessage } from './stream/score-message.ts';

export { systemClock };

/** The bucket that stands for the inbox folder, as notifications name it. */
export const INBOX_BUCKET = 'inbox';

/** What the prediction function needs. */
export interface PredictParts {
  readonly scorer: Scorer;
  readonly logger: Logger;
}

/** What the scoring function needs. */
export interface ScoreParts extends PredictParts {
  readonly scoreMessage: ScoreMessage;
  readonly scoreObjectMessage: ScoreObjectMessage;
}

/** Joins the parts of the prediction function: the model alone, no topics. */
export async function composePredict(config: Config): Promise<PredictParts> {
  const logger = createJsonLogger(config.logLevel);
  const storage = await composeStorage(config);
  const source = createModelSource(storage, config.modelUri, toSourceOptions(config, logger));
  const refreshMs = config.modelRefreshSeconds * 1000;
  return { scorer: createScorer(source, { logger, clock: systemClock, refreshMs }), logger };
}

/** Joins the parts of the scoring function. */
export async function composeScore(config: Config): Promise<ScoreParts> {
  const { createMessageScorer } = await import('./stream/score-message.ts');
  const { createObjectScorer } = await import('./batch/score-event.ts');
  const { scorer, logger } = await composePredict(config);
  const storage = await composeStorage(config);
  const publisher = await composePublisher(config);
  const common = { scorer, publisher, clock: systemClock, logger };
  return {
    scorer,
    logger,
    scoreMessage: createMessageScorer({
      ...common,
      ordering: config.messageOrdering,
      topics: {
        features: config.featuresTopic,
        predictions: config.predictionsTopic,
        deadLetters: config.deadLettersTopic,
      },
    }),
    scoreObjectMessage: createObjectScorer({
      ...common,
      storage,
      modelUri: config.modelUri,
      outputUri: config.outputUri,
      inputPrefix: config.inputPrefix,
      topics: { objects: config.objectsTopic, deadLetters: config.deadLettersTopic },
    }),
  };
}

/** The storage of this process: folders, the inbox among them, and Cloud Storage, loaded when it is used. */
export async function composeStorage(config: Config): Promise<Storage> {
  const { createLocalStorage } = await import('./adapters/local/storage.ts');
  const { createStorageRouter } = await import('./storage-router.ts');
  return createStorageRouter({
    local: createLocalStorage({ buckets: { [INBOX_BUCKET]: config.inboxDir } }),
    localBuckets: [INBOX_BUCKET],
    async loadGcs() {
      const { createGcsStorage } = await import('./adapters/gcs/storage.ts');
      const { storageEmulatorHost: emulatorHost } = config;
      return createGcsStorage(emulatorHost === '' ? {} : { emulatorHost });
    },
  });
}

/** The topics of this process. */
export async function composePublisher(config: Config): Promise<Publisher> {
  const { createLocalPublisher } = await import('./adapters/local/publisher.ts');
  return createLocalPublisher({ dataDir: config.dataDir, clock: systemClock });
}

/** Joins what scores files by hand; the model is loaded, or the reason is thrown. */
export async function composeFileScorer(config: Config): Promise<FileScorer> {
  const { createFileScorer } = await import('./batch/score-file.ts');
  const storage = await composeStorage(config);
  const model = await loadModel(
    storage,
    config.modelUri,
    undefined,
    toSourceOptions(config, createJsonLogger(config.logLevel)),
  );
  return createFileScorer({ storage, clock: systemClock, model, modelUri: config.modelUri });
}

function toSourceOptions(config: Config, logger: Logger): ModelSourceOptions {
  return {
    maxBytes: config.modelMaxBytes,
    clock: systemClock,
    describe: describeInTrial,
    place: createPlacement(toRunnerParts(logger)),
  };
}

/** What runs of models need of this machine: threads from the container's quota, not the host's CPUs. */
function toRunnerParts(logger: Logger): Omit<RunnerParts, 'readModel'> {
  const cpus = countCpus({ availableParallelism: machineCpus(), readText: readSystemText });
  return { cpus, logger, atExit: atProcessExit, nowMs: steadyNowMs };
}

/** The trial is loaded when a bare file is served, which no deployment needs. */
const describeInTrial: DescribeModel = async (bare, options) => {
  const { createTrialDescriber } = await import('./trial/trial.ts');
  return createTrialDescriber()(bare, options);
};

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
  const { createHash } = await import('node:crypto');
  const bare = await readBareModel(name, async (file) => {
    const bytes = await read(file);
    return { pinned: { file, sha256: createHash('sha256').update(bytes).digest('hex') }, bytes };
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
