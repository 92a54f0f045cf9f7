import { join, resolve } from 'node:path';
import { type Config, OPTIONS, readConfig } from '../src/config.ts';
import { ScorerError, show } from '../src/errors.ts';
import { nearest } from '../src/nearest.ts';
import { isFullTopicName } from '../src/pubsub-names.ts';
import type { Flag } from './command.ts';
import { isRemote } from './shown-path.ts';

/** The folder of the project: the commands work from any other. */
export const PROJECT_DIR = join(import.meta.dirname, '..');

/** The flag that names the model, where a command takes one. */
export const MODEL_FLAG: Flag = {
  short: 'm',
  value: 'DIR|FILE',
  help: "a model's folder, or an .onnx file alone (default: MODEL_URI, or the shipped model)",
};

/**
 * The configuration as commands see it: from the environment, with absolute paths, and the shipped
 * model found from anywhere.
 *
 * @param dataDir the folder that `--data` names
 * @param model the folder or the model file that `--model` names
 * @throws ScorerError `USAGE` for a model file of another kind
 */
export function readSettings(dataDir?: string | boolean, model?: string | boolean): Config {
  if (typeof model === 'string') checkModelName(model);
  const config = typeof model === 'string' ? readConfig({ ...process.env, MODEL_URI: model }) : readConfig();
  const isShipped = model === undefined && config.modelUri === OPTIONS.modelUri.default;
  const data = resolve(typeof dataDir === 'string' ? dataDir : config.dataDir);
  return {
    ...config,
    modelUri: isShipped ? join(PROJECT_DIR, config.modelUri) : toAbsolute(config.modelUri),
    dataDir: data,
    outputUri:
      config.outputUri === OPTIONS.outputUri.default ? join(data, 'output') : toAbsolute(config.outputUri),
    inboxDir: resolve(config.inboxDir),
  };
}

/** A local path from the root on; what is in Cloud Storage stays as it is. */
function toAbsolute(uri: string): string {
  return isRemote(uri) ? uri : resolve(uri);
}

/** Files that libraries save models to. */
const OTHER_MODEL = /\.(?:pkl|pickle|joblib|pt|pth|safetensors|h5|keras|cbm|ubj|json|pmml)$/i;

/**
 * Refuses a file of another kind than ONNX.
 *
 * @throws ScorerError `USAGE` that says what to do
 */
export function checkModelName(file: string): void {
  if (!OTHER_MODEL.test(file)) return;
  throw new ScorerError(
    `${file} is no ONNX file: export the model first, as docs/models.md shows. Pickles and other files are never loaded.`,
    { code: 'USAGE' },
  );
}

/**
 * Refuses a topic that nothing reads or writes: most likely a slip. Which there are on Pub/Sub is not known here.
 *
 * @throws ScorerError `USAGE` naming the nearest topic
 */
export function checkTopic(topic: string, config: Config): void {
  if (isFullTopicName(topic)) return;
  const { featuresTopic, objectsTopic, shardsTopic, predictionsTopic, deadLettersTopic } = config;
  const known = [featuresTopic, objectsTopic, shardsTopic, predictionsTopic, deadLettersTopic];
  if (known.includes(topic)) return;
  const near = nearest(topic, known);
  const hint = near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`;
  throw new ScorerError(`There is no topic ${show(topic)}: ${hint}`, { code: 'USAGE' });
}
