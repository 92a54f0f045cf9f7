import { openPartialOutput } from './adapters/local/partial-output.ts';
import { createJsonLogger } from './adapters/system/logger.ts';
import { type Block, type BlockTask, scoreBlock } from './batch/score-block.ts';
import { openCsv, toRangeTask } from './batch/score-csv.ts';
import { createFileScorer, type FileScorer } from './batch/score-file.ts';
import { composeStorage, systemClock, toRunnerParts, toSourceOptions } from './compose.ts';
import type { Config } from './config.ts';
import { ScorerError } from './errors.ts';
import type { Model } from './model/model.ts';
import { loadModel } from './model/source.ts';

/** Joins what scores files by hand; the model is loaded, or the reason is thrown. */
export async function composeFileScorer(config: Config): Promise<FileScorer> {
  return createFileScorer({
    storage: await composeStorage(config),
    clock: systemClock,
    model: await load(config),
    modelUri: config.modelUri,
    openOutput: openPartialOutput,
  });
}

/** The CPUs that scoring files may keep busy. */
export function countFileCpus(config: Config): number {
  return toRunnerParts(createJsonLogger(config.logLevel)).cpus;
}

/** What a thread that scores blocks begins with. */
export interface BlockScorerStart {
  readonly config: Config;
  readonly input: { readonly uri: string; readonly generation: string; readonly size: number };
  /** The model that the others use: a thread that finds another one gives up. */
  readonly digest: string;
  /** The file's name, to count what comes of it; undefined to count nothing. */
  readonly tallied: string | undefined;
}

/**
 * Joins what scores blocks of an input in a thread.
 *
 * @throws ScorerError `OUTPUT_CONFLICT` when another model is there meanwhile
 */
export async function composeBlockScorer({
  config,
  input,
  digest,
  tallied,
}: BlockScorerStart): Promise<(task: BlockTask) => Promise<Block>> {
  const storage = await composeStorage(config);
  const model = await load(config);
  if (model.identity.digest !== digest) {
    throw new ScorerError('Another model was published while the file is scored: run the command again.', {
      code: 'OUTPUT_CONFLICT',
    });
  }
  const { signal } = new AbortController();
  const { uri, generation } = input;
  const { head, close } = await openCsv(storage.read(uri, { generation, signal }), model.schema.csv);
  await close();
  const parts = { storage, task: toRangeTask(head, model), input: { ...input, signal }, tallied };
  return (task) => scoreBlock(parts, task);
}

async function load(config: Config): Promise<Model> {
  const storage = await composeStorage(config);
  const options = toSourceOptions(config, createJsonLogger(config.logLevel));
  return loadModel(storage, config.modelUri, undefined, options);
}
