// Jobs in this process: the function's own code over real storage, delivered to by a broker of the test.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalStorage } from '../../../src/adapters/local/storage.ts';
import { ENGINE } from '../../../src/batch/engine.ts';
import { createBatchScorer } from '../../../src/batch/score-event.ts';
import { createModelSource } from '../../../src/model/source.ts';
import type { Delivery } from '../../../src/ports/delivery.ts';
import type { Logger } from '../../../src/ports/logger.ts';
import { createScorer, type Scorer } from '../../../src/serving/scorer.ts';
import { copyModelFiles, toVariant } from '../../model-variant.ts';
import type { Ending, Topic } from './broker.ts';
import type { Input } from './inputs.ts';
import type { TestProcess } from './process.ts';

/** Models of the lab, by version. */
export const THRESHOLDS = { 1: 0.5, 2: 0.3 } as const;

/** A folder with a model, which can be replaced. */
export interface ModelFolder {
  readonly scorer: Scorer;
  /** Serves a version from now on. */
  publish(version: keyof typeof THRESHOLDS): Promise<void>;
  close(): Promise<void>;
}

const silent: Logger = { log: () => undefined };

/** Makes a folder that serves version 1. */
export async function createModelFolder(): Promise<ModelFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'scorestream-model-'));
  await copyModelFiles(dir);
  const put = async (version: keyof typeof THRESHOLDS): Promise<void> =>
    writeFile(
      join(dir, 'manifest.json'),
      await toVariant({ version: `${version}`, threshold: THRESHOLDS[version] }),
    );
  await put(1);
  const scorer = createScorer(createModelSource(createLocalStorage(), dir), {
    logger: silent,
    clock: { nowMs: () => Date.now() },
    refreshMs: 0,
  });
  return {
    scorer,
    async publish(version) {
      await put(version);
      await scorer.refresh();
    },
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

/** What a delivery is worked on with. */
export interface WorkParts {
  readonly process: TestProcess;
  readonly scorer: Scorer;
  readonly logger: Logger;
  readonly outputUri: string;
  readonly input: Pick<Input, 'shardBytes' | 'maxFailedRatio'>;
}

/** Less than the hour by which clocks jump. */
const DELIVERY_MS = 1_800_000;

/** Works on a delivery in a process of its own. */
export async function workInProcess(parts: WorkParts, topic: Topic, delivery: Delivery): Promise<Ending> {
  const { process, scorer, logger, outputUri, input } = parts;
  const { storage, publisher, clock } = process;
  const batch = createBatchScorer({
    scorer,
    storage,
    publisher,
    clock,
    logger,
    modelUri: 'the-model',
    inputPrefix: '',
    outputBase: outputUri,
    settings: {
      outputUri,
      engine: ENGINE,
      shardBytes: input.shardBytes,
      maxFailedRatio: input.maxFailedRatio,
      engineOptions: {},
      objectsTopic: 'objects',
    },
    topics: { objects: 'objects', shards: 'shards', deadLetters: 'dead-letters' },
    deliveryTimeoutMs: DELIVERY_MS,
  });
  const handle = topic === 'objects' ? batch.notified : batch.shard;
  const working = handle(delivery, process.signal).then(
    (): Ending => ({ is: 'acknowledged' }),
    async (error: unknown): Promise<Ending> => {
      await process.settled();
      return { is: 'again', error };
    },
  );
  const sleeping = process.asleep.then(
    (): Ending => ({
      is: 'asleep',
      wake() {
        process.wake();
        return working;
      },
    }),
  );
  return Promise.race([working, sleeping]);
}
