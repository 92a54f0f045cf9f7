import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ScorerError, show } from '../../errors.ts';
import { countBytesWithin, tooLarge } from '../../message-size.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OutgoingMessage, Publisher } from '../../ports/publisher.ts';
import { encodeTopicLine, isTopicName, MAX_TOPIC_LINE_BYTES, topicPath } from './topic-file.ts';

const MAX_WRITE_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/** What a local publisher needs. */
export interface LocalPublisherOptions {
  /** The data folder; topics are files in its folder `topics`, made when first published to. */
  readonly dataDir: string;
  readonly clock: Clock;
}

/**
 * Topics as append-only files, one line a message. Several processes may publish to one topic at
 * once. A publish resolves when its lines are on the disk; publishes at the same time share the
 * write and the sync.
 *
 * @throws ScorerError `OUTPUT_TOO_LARGE` for a message over 10,000,000 bytes of data and
 * attributes (nothing of the call is written then)
 */
export function createLocalPublisher({ dataDir, clock }: LocalPublisherOptions): Publisher {
  const writers = new Map<string, TopicWriter>();
  let closed = false;

  async function publish(
    topic: string,
    messages: readonly OutgoingMessage[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<readonly string[]> {
    if (!isTopicName(topic)) {
      const rule = '3 to 255 letters, digits or . _ ~ + % -, the first a letter';
      throw new ScorerError(`${show(topic)} is no topic name: expected ${rule}`, { code: 'PUBLISH_FAILED' });
    }
    const path = topicPath(dataDir, topic);
    if (closed) throw publishFailed(path, new Error('the publisher is closed'));
    if (options.signal?.aborted) throw publishFailed(path, options.signal.reason);
    if (messages.length === 0) return [];
    const publishTime = new Date(clock.nowMs()).toISOString();
    const ids = messages.map(() => randomUUID());
    const lines = messages.map((message, index) => toLine(topic, message, ids[index] ?? '', publishTime));
    let writer = writers.get(topic);
    if (writer === undefined) {
      writer = createTopicWriter(path);
      writers.set(topic, writer);
    }
    await writer.append(lines, options.signal);
    return ids;
  }

  async function close(): Promise<void> {
    closed = true;
    await Promise.all([...writers.values()].map((writer) => writer.drained()));
  }

  return { publish, close };
}

function toLine(topic: string, message: OutgoingMessage, messageId: string, publishTime: string): Buffer {
  const bytes = countBytesWithin(topic, message);
  const { data, attributes, orderingKey } = message;
  const key = orderingKey === undefined ? {} : { orderingKey };
  const line = encodeTopicLine({ messageId, publishTime, ...key, attributes, data });
  // Attributes have no shorter form than their text: what readers would skip must not be accepted.
  if (line.length - 1 > MAX_TOPIC_LINE_BYTES) throw tooLarge(topic, bytes);
  return line;
}

interface TopicWriter {
  append(lines: readonly Buffer[], signal?: AbortSignal): Promise<void>;
  drained(): Promise<void>;
}

interface PendingAppend extends PromiseWithResolvers<void> {
  readonly lines: readonly Buffer[];
}

function createTopicWriter(path: string): TopicWriter {
  let queue: PendingAppend[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // The publishes of one turn share the first write too.
    await Promise.resolve();
    while (queue.length > 0) {
      const group = queue;
      queue = [];
      try {
        const lines = group.flatMap((pending) => pending.lines);
        await appendDurably(path, lines);
        for (const pending of group) pending.resolve();
      } catch (error) {
        const failure = publishFailed(path, error);
        for (const pending of group) pending.reject(failure);
      }
    }
    running = undefined;
  }

  async function append(lines: readonly Buffer[], signal?: AbortSignal): Promise<void> {
    const pending: PendingAppend = { lines, ...Promise.withResolvers<void>() };
    const onAbort = () => {
      queue = queue.filter((other) => other !== pending);
      pending.reject(publishFailed(path, signal?.reason));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    queue.push(pending);
    running ??= run();
    try {
      await pending.promise;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  return { append, drained: async () => running };
}

/** The file is opened anew for each group, so that a data folder deleted meanwhile swallows nothing. */
async function appendDurably(path: string, lines: readonly Buffer[]): Promise<void> {
  const file = await openForAppend(path);
  try {
    const { size } = await file.stat();
    let torn = size > 0 && (await readByte(file, size - 1)) !== LINE_FEED;
    for (const batch of toBatches(lines)) {
      await writeAtOnce(file, torn ? Buffer.concat([Buffer.of(LINE_FEED), batch]) : batch);
      torn = false;
    }
    await file.datasync();
    if (size === 0) await syncFolder(dirname(path));
  } finally {
    await file.close();
  }
}

async function openForAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a+');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await mkdir(dirname(path), { recursive: true });
    return await open(path, 'a+');
  }
}

async function readByte(file: FileHandle, position: number): Promise<number | undefined> {
  const byte = Buffer.alloc(1);
  const { bytesRead } = await file.read(byte, 0, 1, position);
  return bytesRead === 1 ? byte[0] : undefined;
}

/** Joins lines to writes of at most 1 MiB; a longer line is a write of its own. */
function* toBatches(lines: readonly Buffer[]): Generator<Buffer> {
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const line of lines) {
    if (bytes > 0 && bytes + line.length > MAX_WRITE_BYTES) {
      yield Buffer.concat(batch, bytes);
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += line.length;
  }
  if (bytes > 0) yield Buffer.concat(batch, bytes);
}

/** One write call, so that lines of other processes come before or after, never between. */
async function writeAtOnce(file: FileHandle, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await file.write(bytes, 0, bytes.length);
  if (bytesWritten === bytes.length) return;
  // The rest can't follow: another process may have appended. Ending the torn line gives the reason too.
  await file.write('\n');
  throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
}

/** A new file is safe only with its folder's entry. Windows can't sync a folder and needn't. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function publishFailed(path: string, cause: unknown): ScorerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ScorerError(`Could not publish to ${path}: ${reason}`, {
    code: 'PUBLISH_FAILED',
    cause,
    detail: { path },
  });
}
