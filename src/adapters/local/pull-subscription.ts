import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ScorerError, show } from '../../errors.ts';
import type { PulledMessage, PullSubscription } from '../../ports/pull-subscription.ts';
import { hasCode } from './storage-errors.ts';
import { isTopicName, readTopic, topicPath } from './topic-file.ts';

/** What a local pull subscription needs. */
export interface LocalPullOptions {
  /** The data folder, as publishers have it. */
  readonly dataDir: string;
  /** The name of the subscription, which is that of its topic. */
  readonly name: string;
}

/**
 * Pulls from a topic's file. What was acknowledged is kept as lines of ids in the data folder's `pulled/NAME.acked`,
 * to which several processes may append. What one process has taken, another may take too until it is acknowledged.
 *
 * @throws ScorerError `SUBSCRIPTION_FAILED` for a name that no topic can have
 */
export function createLocalPullSubscription({ dataDir, name }: LocalPullOptions): PullSubscription {
  if (!isTopicName(name)) {
    const rule = '3 to 255 letters, digits or . _ ~ + % -, the first a letter';
    const message = `${show(name)} is no name of a subscription: expected ${rule}.`;
    throw new ScorerError(message, { code: 'SUBSCRIPTION_FAILED' });
  }
  const topic = topicPath(dataDir, name);
  const ackedPath = join(dataDir, 'pulled', `${name}.acked`);
  const taken = new Set<string>();
  let from = 0;

  async function withReason<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `Messages of ${name} could not be ${what}: ${reason}`;
      throw new ScorerError(message, { code: 'SUBSCRIPTION_FAILED', cause });
    }
  }

  return {
    pull: (max, { signal } = {}) =>
      withReason('pulled', async () => {
        const acked = await readAcked(ackedPath);
        const messages: PulledMessage[] = [];
        if ((await sizeOf(topic)) < from) from = 0; // the topic was started over
        for await (const { message, nextOffset } of readTopic(topic, { from, ...(signal && { signal }) })) {
          from = nextOffset;
          if (acked.has(message.messageId) || taken.has(message.messageId)) continue;
          taken.add(message.messageId);
          messages.push({ ...message, ackId: message.messageId });
          if (messages.length >= max) break;
        }
        return messages;
      }),
    acknowledge: (ackIds) =>
      withReason('acknowledged', async () => {
        if (ackIds.length === 0) return;
        await mkdir(dirname(ackedPath), { recursive: true });
        // one write with a line end on both sides: a line that another process left torn spoils nothing
        await appendFile(ackedPath, `\n${ackIds.join('\n')}\n`, { flush: true });
      }),
    async release(ackIds) {
      for (const ackId of ackIds) taken.delete(ackId);
      from = 0;
    },
    async close() {},
  };
}

/** Ids are unique for ever, so that those of a topic that was started over do no harm. */
async function readAcked(path: string): Promise<ReadonlySet<string>> {
  try {
    return new Set((await readFile(path, 'utf8')).split('\n'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return new Set();
    throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}
