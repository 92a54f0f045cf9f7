import { mkdir, readdir } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readTopic, topicPath } from '../adapters/local/topic-file.ts';
import { ScorerError } from '../errors.ts';
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

/** A file counts as complete when it has not changed for so long: a copy may be under way. */
const STABLE_MS = 1000;
/** How often the folder is looked through. */
const SWEEP_MS = 250;
/** A sweep is followed by a rest of so many times as long, so that a large folder costs little. */
const REST = 10;
/** How long after a failed sweep the next one comes. */
const RETRY_MS = 5000;

/** A version of a file that is not noticed yet, and the sweep that met it first, by the monotonic clock. */
interface Waiting {
  readonly generation: string;
  readonly sinceMs: number;
}

/**
 * Looks through a folder again and again, and publishes a notification for every version of a file in it, as
 * Cloud Storage does for a bucket: once, also across restarts. Names that begin with a point are left alone, and
 * links to folders are not followed. The platform's change events are not used: they miss files that are moved into
 * a folder just made (chokidar issue 1471), and don't come from all file systems.
 *
 * @returns a function that stops it, after the sweep under way
 * @throws ScorerError `USAGE` when the folder can't be made or read
 */
export async function startInbox(options: InboxOptions): Promise<() => Promise<void>> {
  const dir = resolve(options.dir);
  try {
    await mkdir(dir, { recursive: true });
    await readdir(dir);
  } catch (cause) {
    throw unusable(dir, cause);
  }
  const stop = new AbortController();
  const done = sweepUntil(stop.signal, { ...options, dir, dataDir: resolve(options.dataDir) });
  return async () => {
    stop.abort();
    await done;
  };
}

async function sweepUntil(signal: AbortSignal, options: InboxOptions): Promise<void> {
  let notified: Set<string> | undefined;
  let waiting = new Map<string, Waiting>();
  while (!signal.aborted) {
    const startedMs = performance.now();
    let restMs: number;
    try {
      notified ??= await readNotified(options);
      waiting = await sweep(options, notified, waiting);
      restMs = Math.max(SWEEP_MS, REST * (performance.now() - startedMs));
    } catch (error) {
      const { dir, logger } = options;
      logger.log('ERROR', 'INBOX_FAILED', `${dir} could not be looked through: it is tried again.`, {
        cause: String(error),
      });
      restMs = RETRY_MS;
    }
    await delay(restMs, undefined, { signal }).catch(() => undefined); // aborted: no rest
  }
}

/** Notices what is complete, and returns what is not yet. */
async function sweep(
  options: InboxOptions,
  notified: Set<string>,
  before: ReadonlyMap<string, Waiting>,
): Promise<Map<string, Waiting>> {
  const { dir, storage } = options;
  const waiting = new Map<string, Waiting>();
  const nowMs = performance.now();
  for await (const { uri, generation } of storage.list(pathToFileURL(dir + sep).href)) {
    const path = fileURLToPath(uri);
    const name = relative(dir, path).split(sep).join('/');
    if (notified.has(toKey(name, generation)) || isLeftAlone(options, path)) continue;
    const met = before.get(uri);
    const sinceMs = met?.generation === generation ? met.sinceMs : nowMs;
    if (nowMs - sinceMs < STABLE_MS) {
      waiting.set(uri, { generation, sinceMs });
      continue;
    }
    await notify(options, name, generation);
    notified.add(toKey(name, generation));
  }
  return waiting;
}

async function notify(
  { bucket, publisher, topic }: InboxOptions,
  name: string,
  generation: string,
): Promise<void> {
  const attributes = {
    eventType: 'OBJECT_FINALIZE',
    bucketId: bucket,
    objectId: name,
    objectGeneration: generation,
    payloadFormat: 'NONE',
  };
  await publisher.publish(topic, [{ data: Buffer.alloc(0), attributes }]);
}

function toKey(name: string, generation: string): string {
  return `${name}#${generation}`;
}

/** What was published stays published: the topic itself remembers it. */
async function readNotified({ dataDir, topic }: InboxOptions): Promise<Set<string>> {
  const notified = new Set<string>();
  for await (const { message } of readTopic(topicPath(dataDir, topic))) {
    const { objectId = '', objectGeneration = '' } = message.attributes;
    notified.add(toKey(objectId, objectGeneration));
  }
  return notified;
}

function isLeftAlone({ dir, dataDir }: InboxOptions, path: string): boolean {
  if (path.startsWith(dataDir + sep)) return true;
  return relative(dir, path)
    .split(sep)
    .some((part) => part.startsWith('.'));
}

function unusable(dir: string, cause: unknown): ScorerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ScorerError(`The inbox folder ${dir} can't be used (${reason}): choose another with --inbox.`, {
    code: 'USAGE',
    cause,
  });
}
