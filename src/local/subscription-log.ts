import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '../ports/logger.ts';

/** A line of a subscription's file. A later line about an offset replaces an earlier one. */
export type SubscriptionRecord =
  | { readonly offset: number; readonly acked: true }
  | { readonly offset: number; readonly attempts: number };

/**
 * What a subscription's file says: of the messages before `from` all are acknowledged but those in
 * `attempts`; of the others, none but those in `acked`.
 */
export interface SubscriptionState {
  readonly topic: string;
  /** Id of the first message of the topic's file, by which another file of that name is told; absent before any was read. */
  readonly first?: string;
  readonly from: number;
  readonly acked: Set<number>;
  readonly attempts: Map<number, number>;
}

/** Keeps a subscription's file up to date behind the deliveries. */
export interface SubscriptionLog {
  record(line: SubscriptionRecord): void;
  /** Writes the file anew from the snapshot; what is recorded meanwhile comes after it. Never rejects. */
  compact(): Promise<void>;
  /** Writes what is outstanding. */
  close(): Promise<void>;
}

const COMPACT_AFTER_BYTES = 1024 * 1024;
const RETRY_AFTER_MS = 1000;

/**
 * Reads a subscription's file. Its last line may be torn and is left out; when another isn't
 * whole the file is damaged: trusting it could lose messages, starting over delivers them again.
 */
export async function readSubscriptionState(path: string): Promise<SubscriptionState | 'none' | 'damaged'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'none';
    throw error;
  }
  const lines = text.split('\n').slice(0, -1).map(parseLine);
  if (lines.length === 0) return 'none';
  const { from, topic, first } = lines[0] ?? {};
  if (typeof topic !== 'string' || !isCount(from)) return 'damaged';
  if (first !== undefined && typeof first !== 'string') return 'damaged';
  const acked = new Set<number>();
  const attempts = new Map<number, number>();
  for (const line of lines.slice(1)) {
    if (!isCount(line?.['offset'])) return 'damaged';
    const { offset } = line;
    if (line['acked'] === true) {
      attempts.delete(offset);
      if (offset >= from) acked.add(offset);
    } else if (isCount(line['attempts'])) attempts.set(offset, line['attempts']);
    else return 'damaged';
  }
  return { topic, ...(first !== undefined && { first }), from, acked, attempts };
}

/**
 * The log of one subscription. It begins with a file written anew, and writes it anew whenever
 * more than 1 MiB was appended. When the disk refuses, deliveries go on: what was acknowledged in
 * the meantime may come again after a restart.
 *
 * @param snapshot the lines of a file that says all that is true now, each with its line end
 */
export function createSubscriptionLog(
  path: string,
  snapshot: () => Iterable<string>,
  logger: Logger,
): SubscriptionLog {
  let file: FileHandle | undefined;
  let waiting: string[] = [];
  let appendedBytes = 0;
  let compactNow = false;
  let retryAtMs = 0;
  let running: Promise<void> | undefined;

  async function replace(): Promise<void> {
    const text = [...snapshot()].join('');
    waiting = [];
    appendedBytes = 0;
    compactNow = false;
    await mkdir(dirname(path), { recursive: true });
    const next = await open(`${path}.tmp`, 'w');
    try {
      await next.appendFile(text);
      // A rename that reaches the disk before the bytes would leave an empty file.
      await next.sync();
    } finally {
      await next.close();
    }
    await file?.close();
    file = undefined;
    await rename(`${path}.tmp`, path);
    file = await open(path, 'a');
  }

  async function writeWaiting(): Promise<void> {
    while (compactNow || waiting.length > 0) {
      if (compactNow || file === undefined || appendedBytes > COMPACT_AFTER_BYTES) {
        await replace();
        continue;
      }
      const text = waiting.join('');
      waiting = [];
      appendedBytes += text.length;
      await file.appendFile(text);
    }
  }

  async function run(): Promise<void> {
    try {
      // What one turn records goes into one write.
      await Promise.resolve();
      await writeWaiting();
    } catch (error) {
      // A snapshot holds what this write lost, and replaces what it tore.
      compactNow = true;
      retryAtMs = performance.now() + RETRY_AFTER_MS;
      const reason = error instanceof Error ? error.message : String(error);
      logger.log('ERROR', 'SUBSCRIPTION_STATE_FAILED', `Could not write ${path}: ${reason}`, {
        path,
        reason,
      });
    } finally {
      running = undefined;
      flush();
    }
  }

  function flush(): void {
    if (!compactNow && waiting.length === 0) return;
    if (performance.now() >= retryAtMs) running ??= run();
  }

  return {
    record(line) {
      if (!compactNow) waiting.push(`${JSON.stringify(line)}\n`);
      flush();
    },
    async compact() {
      compactNow = true;
      flush();
      await running;
    },
    async close() {
      while (running !== undefined) await running;
      retryAtMs = 0;
      flush();
      while (running !== undefined) await running;
      await file?.close();
      file = undefined;
    },
  };
}

function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
