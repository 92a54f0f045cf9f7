import { join, resolve } from 'node:path';
import { type Config, OPTIONS, readConfig } from '../src/config.ts';
import { ScorerError, show } from '../src/errors.ts';
import { nearest } from '../src/nearest.ts';

/** The folder of the project: the commands work from any other. */
export const PROJECT_DIR = join(import.meta.dirname, '..');

/**
 * The configuration as commands see it: from the environment, with absolute paths, and the shipped
 * model found from anywhere.
 *
 * @param dataDir the folder that `--data` names
 */
export function readSettings(dataDir?: string | boolean): Config {
  const config = readConfig();
  const isShipped = config.modelUri === OPTIONS.modelUri.default;
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
  return uri.startsWith('gs://') ? uri : resolve(uri);
}

/**
 * Refuses a topic that nothing reads or writes: most likely a slip.
 *
 * @throws ScorerError `USAGE` naming the nearest topic
 */
export function checkTopic(topic: string, config: Config): void {
  const known = [config.featuresTopic, config.objectsTopic, config.predictionsTopic, config.deadLettersTopic];
  if (known.includes(topic)) return;
  const near = nearest(topic, known);
  const hint = near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`;
  throw new ScorerError(`There is no topic ${show(topic)}: ${hint}`, { code: 'USAGE' });
}
