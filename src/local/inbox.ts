import { mkdir } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { readTopic, topicPath } from '../adapters/local/topic-file.ts';
import { isNotFound, ScorerError } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';
import type { Publisher } from '../ports/publisher.ts';
import type { Storage } from '../ports/storage.ts';

/** What the inbox needs. */
export interface InboxOptions {
  /** The folder that stands for a bucket; made when it isn't there. */
  readonly dir: string;
  /** The bucket's name in notifications. */
  readonly bucket: string;
  readonly storage: Storage;
  readonly publisher: Publisher;
  /** The topic that notifications go to. */
  readonly topic: string;
  /** The folder that holds the topics; nothing in it is taken, even where it lies in the inbox. */
  readonly dataDir: string;
  readonly logger: Logger;
}

/** A file counts as complete when its size has not changed for so long: a copy may be under way. */
const STABLE_MS = 1000;

/**
 * Watches a folder and publishes a notification for every version of a file in it, as Cloud Storage
 * does for a bucket: once, also across restarts. Names that begin with a point are left alone.
 *
 * @returns a function that stops watching, after the notifications under way
 * @throws ScorerError `USAGE` when the folder can't be made or read
 */
export async function startInbox(options: InboxOptions): Promise<() => Promise<void>> {
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw unusable(dir, cause);
  });
  const notified = await readNotified(options);
  const underWay = new Set<Promise<void>>();
  const notice = (path: string): void => {
    const task = notify(options, notified, relative(dir, path).split(sep).join('/')).catch(
      (error: unknown) => {
        options.logger.log('ERROR', 'NOTIFICATION_FAILED', `${path} could not be noticed: drop it again.`, {
          cause: String(error),
        });
      },
    );
    underWay.add(task);
    void task.finally(() => underWay.delete(task));
  };
  const watcher = watch(dir, {
    ignored: (path) => isLeftAlone(dir, resolve(options.dataDir), path),
    awaitWriteFinish: { stabilityThreshold: STABLE_MS, pollInterval: 100 },
  });
  watcher.on('add', notice).on('change', notice);
  await untilReady(watcher, dir);
  return async () => {
    await watcher.close();
    await Promise.all(underWay);
  };
}

async function untilReady(watcher: FSWatcher, dir: string): Promise<void> {
  await new Promise<void>((resolveReady, reject) => {
    watcher.once('ready', resolveReady);
    watcher.once('error', (cause) => reject(unusable(dir, cause)));
  });
}

async function notify(options: InboxOptions, notified: Set<string>, name: string): Promise<void> {
  const { bucket, storage, publisher, topic } = options;
  const uri = storage.uri(bucket, name);
  let generation: string;
  try {
    ({ generation } = await storage.stat(uri));
  } catch (error) {
    if (isNotFound(error)) return; // taken away meanwhile
    throw error;
  }
  const key = `${name}#${generation}`;
  if (notified.has(key)) return;
  notified.add(key);
  const attributes = {
    eventType: 'OBJECT_FINALIZE',
    bucketId: bucket,
    objectId: name,
    objectGeneration: generation,
    payloadFormat: 'NONE',
  };
  await publisher.publish(topic, [{ data: Buffer.alloc(0), attributes }]);
}

/** What was published stays published: the topic itself remembers it. */
async function readNotified({ dataDir, topic }: InboxOptions): Promise<Set<string>> {
  const notified = new Set<string>();
  for await (const { message } of readTopic(topicPath(dataDir, topic))) {
    notified.add(`${message.attributes['objectId']}#${message.attributes['objectGeneration']}`);
  }
  return notified;
}

function isLeftAlone(dir: string, dataDir: string, path: string): boolean {
  const absolute = resolve(path);
  if (absolute === dataDir || absolute.startsWith(dataDir + sep)) return true;
  return relative(dir, absolute)
    .split(sep)
    .some((part) => part.startsWith('.') && part !== '..');
}

function unusable(dir: string, cause: unknown): ScorerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ScorerError(`The inbox folder ${dir} can't be used (${reason}): choose another with --inbox.`, {
    code: 'USAGE',
    cause,
  });
}
