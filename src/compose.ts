import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Topology } from './adapters/pubsub/emulator.ts';
import { systemClock } from './adapters/system/clock.ts';
import { createJsonLogger } from './adapters/system/logger.ts';
import { machineCpus, readSystemText, steadyNowMs } from './adapters/system/machine.ts';
import { atProcessExit } from './adapters/system/process-exit.ts';
import type { FindJobs } from './batch/job-report.ts';
import type { ScoreDocument } from './batch/score-document.ts';
import type { BatchScorer } from './batch/score-event.ts';
import type { Config } from './config.ts';
import type { DescribeModel } from './model/init/describe.ts';
import { createModelSource, type ModelSourceOptions } from './model/source.ts';
import type { Logger } from './ports/logger.ts';
import type { PullSubscription } from './ports/pull-subscription.ts';
import type { Storage } from './ports/storage.ts';
import type { PublisherRouter } from './publisher-router.ts';
import { isFullTopicName } from './pubsub-names.ts';
import { countCpus } from './serving/cpu-quota.ts';
import { createPlacement } from './serving/place-model.ts';
import type { RunnerParts } from './serving/runner.ts';
import { createScorer, type Scorer } from './serving/scorer.ts';
import type { ScoreMessage } from './stream/score-message.ts';

export { systemClock };

/** The bucket that stands for the inbox folder, as notifications name it. */
export const INBOX_BUCKET = 'inbox';

/** The subscription that pushes features to the scoring function on a laptop. */
export const FEATURES_SUBSCRIPTION = 'features';

/** The one that pushes notifications of objects to it. */
export const OBJECTS_SUBSCRIPTION = 'objects';

/** The one that pushes steps of jobs to it. */
export const SHARDS_SUBSCRIPTION = 'shards';

/** What both functions need. */
export interface PredictParts {
  readonly scorer: Scorer;
  readonly logger: Logger;
  /** The share of requests that are logged, 0 to 1. @default 0 */
  readonly requestLogRatio?: number | undefined;
}

/** What the prediction function needs beside it. */
export interface HttpParts extends PredictParts {
  /** Origins whose pages may call it; `*` for all. */
  readonly corsOrigins: readonly string[];
  /** The project of traces that log lines name. */
  readonly project: string;
  /** Loads what scores CSV documents: most instances never meet one. */
  readonly loadDocumentScorer: () => Promise<ScoreDocument>;
  /** Paths of a Vertex AI container, empty where there is none. @default none */
  readonly vertex?: { readonly healthRoute: string; readonly predictRoute: string };
}

/** What the scoring function needs. */
export interface ScoreParts extends PredictParts, Pick<HttpParts, 'project'> {
  /** How long a delivery may take, from its first byte to its answer. */
  readonly deliveryTimeoutMs: number;
  readonly scoreMessage: ScoreMessage;
  readonly batch: BatchScorer;
}

/** Joins the parts of the prediction function: the model alone, no topics. */
export async function composePredict(config: Config): Promise<HttpParts> {
  const logger = createJsonLogger(config.logLevel);
  const storage = await composeStorage(config);
  const source = createModelSource(storage, config.modelUri, toSourceOptions(config, logger));
  const { corsOrigins, project, requestLogRatio } = config;
  const options = { logger, clock: systemClock, refreshMs: config.modelRefreshSeconds * 1000 };
  const scorer = createScorer(source, options);
  const loadDocumentScorer = async (): Promise<ScoreDocument> =>
    (await import('./batch/score-document.ts')).scoreDocument;
  const vertex = { healthRoute: config.vertexHealthRoute, predictRoute: config.vertexPredictRoute };
  return { scorer, logger, requestLogRatio, corsOrigins, project, loadDocumentScorer, vertex };
}

/** Joins the parts of the scoring function. */
export async function composeScore(config: Config): Promise<ScoreParts> {
  const { createMessageScorer } = await import('./stream/score-message.ts');
  const { ENGINE } = await import('./batch/engine.ts');
  const { createBatchScorer } = await import('./batch/score-event.ts');
  const { scorer, logger, requestLogRatio, project } = await composePredict(config);
  const storage = await composeStorage(config);
  const publisher = await composePublisher(config);
  const topics = {
    features: toTopicName(config, config.featuresTopic),
    objects: toTopicName(config, config.objectsTopic),
    shards: toTopicName(config, config.shardsTopic),
    predictions: toTopicName(config, config.predictionsTopic),
    deadLetters: toTopicName(config, config.deadLettersTopic),
  };
  if (isFullTopicName(topics.predictions)) publisher.warm();
  const common = { scorer, publisher, clock: systemClock, logger };
  const deliveryTimeoutMs = config.deliveryTimeoutSeconds * 1000;
  return {
    ...{ scorer, logger, requestLogRatio, project, deliveryTimeoutMs },
    scoreMessage: createMessageScorer({
      ...common,
      ordering: config.messageOrdering,
      topics,
    }),
    batch: createBatchScorer({
      ...common,
      storage,
      modelUri: config.modelUri,
      inputPrefix: config.inputPrefix,
      outputBase: toOutputBase(config.outputUri),
      settings: {
        outputUri: config.outputUri,
        engine: ENGINE,
        shardBytes: config.shardBytes,
        maxFailedRatio: config.batchMaxErrorRatio,
        engineOptions: {},
        objectsTopic: topics.objects,
      },
      topics,
      deliveryTimeoutMs,
    }),
  };
}

function toOutputBase(outputUri: string): string {
  return outputUri.startsWith('gs://') ? outputUri : pathToFileURL(resolve(outputUri)).href;
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

/** The topics of this process: short names are files of the data folder, full ones topics on Pub/Sub, loaded when they are used. */
export async function composePublisher(config: Config): Promise<PublisherRouter> {
  const { createLocalPublisher } = await import('./adapters/local/publisher.ts');
  const { createPublisherRouter } = await import('./publisher-router.ts');
  return createPublisherRouter({
    local: createLocalPublisher({ dataDir: config.dataDir, clock: systemClock }),
    async loadPubSub() {
      const { createPubSubPublisher } = await import('./adapters/pubsub/publisher.ts');
      return createPubSubPublisher(toEmulator(config));
    },
  });
}

/** A topic's name as publishers take it: a short one is a topic on the emulator where that is used, else a local one. */
export function toTopicName({ pubsubEmulatorHost, project }: Config, topic: string): string {
  const isOnEmulator = pubsubEmulatorHost !== '' && !topic.startsWith('projects/');
  return isOnEmulator ? `projects/${project}/topics/${topic}` : topic;
}

/** True for a subscription on Pub/Sub: by its full name, or by a short one where the emulator is used. */
export function isPubSubSubscription({ pubsubEmulatorHost }: Config, name: string): boolean {
  return name.startsWith('projects/') || pubsubEmulatorHost !== '';
}

/**
 * A subscription that one pulls from: by its full name on Pub/Sub; by a short one on the emulator where that is used,
 * else that of a local topic.
 */
export async function composePullSubscription(config: Config, name: string): Promise<PullSubscription> {
  if (isPubSubSubscription(config, name)) {
    const { createPubSubPullSubscription } = await import('./adapters/pubsub/pull-subscription.ts');
    return createPubSubPullSubscription(toSubscriptionName(name, config.project), toEmulator(config));
  }
  const { createLocalPullSubscription } = await import('./adapters/local/pull-subscription.ts');
  return createLocalPullSubscription({ dataDir: config.dataDir, name });
}

/** The topic of a push subscription. @param project the one that it is in; local subscriptions are in `local` */
export async function findTopicOf(config: Config, subscription: string, project: string): Promise<string> {
  const { LOCAL_PROJECT } = await import('./local/push-message.ts');
  if (project === LOCAL_PROJECT) {
    if (subscription === OBJECTS_SUBSCRIPTION) return config.objectsTopic;
    return subscription === SHARDS_SUBSCRIPTION ? config.shardsTopic : config.featuresTopic;
  }
  const { findTopic } = await import('./adapters/pubsub/pull-subscription.ts');
  return findTopic(toSubscriptionName(subscription, project), toEmulator(config));
}

function toSubscriptionName(name: string, project: string): string {
  return name.startsWith('projects/') ? name : `projects/${project}/subscriptions/${name}`;
}

function toEmulator({ pubsubEmulatorHost }: Config): { readonly emulatorHost?: string } {
  return pubsubEmulatorHost === '' ? {} : { emulatorHost: pubsubEmulatorHost };
}

/**
 * Makes topics and subscriptions on the emulator, where they aren't there: one to push for each of `pushes`, and one
 * to pull from, of the topic's name, for each of `pulled`.
 *
 * @throws ScorerError `USAGE` when nothing answers at `PUBSUB_EMULATOR_HOST`
 */
export async function composeEmulator(
  { pubsubEmulatorHost, project }: Config,
  topics: Topology,
): Promise<void> {
  const { setUpEmulator } = await import('./adapters/pubsub/emulator.ts');
  await setUpEmulator({ emulatorHost: pubsubEmulatorHost, project, ...topics });
}

/** Joins what looks at jobs. @param stuckAfterMs a job that goes on changes something within so long */
export async function composeJobs(config: Config, stuckAfterMs: number): Promise<FindJobs> {
  const { ENGINE } = await import('./batch/engine.ts');
  const { createFindJobs } = await import('./batch/shell/find-jobs.ts');
  return createFindJobs({
    storage: await composeStorage(config),
    clock: systemClock,
    outputUri: config.outputUri,
    engine: ENGINE,
    stuckAfterMs,
    maxModelBytes: config.modelMaxBytes,
    localBuckets: [INBOX_BUCKET],
  });
}

/** How models are loaded in this process. */
export function toSourceOptions(config: Config, logger: Logger): ModelSourceOptions {
  return {
    maxBytes: config.modelMaxBytes,
    clock: systemClock,
    describe: describeInTrial,
    place: createPlacement(toRunnerParts(logger)),
  };
}

/** What runs of models need of this machine: threads from the container's quota, not the host's CPUs. */
export function toRunnerParts(logger: Logger): Omit<RunnerParts, 'readModel'> {
  const cpus = countCpus({ availableParallelism: machineCpus(), readText: readSystemText });
  return { cpus, logger, atExit: atProcessExit, nowMs: steadyNowMs };
}

/** The trial is loaded when a bare file is served, which no deployment needs. */
export const describeInTrial: DescribeModel = async (bare, options) => {
  const { createTrialDescriber } = await import('./trial/trial.ts');
  return createTrialDescriber()(bare, options);
};
