import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { readTopic, topicPath } from '../src/adapters/local/topic-file.ts';
import { composePullSubscription, isPubSubSubscription } from '../src/compose.ts';
import type { Config } from '../src/config.ts';
import { type Command, usage } from './command.ts';
import { checkSubscription, EMPTY_PULLS } from './letters.ts';
import { readSettings } from './settings.ts';

/** How long `--limit` waits for messages that are not there yet, in milliseconds. */
const WAIT_MS = 60_000;

/** Messages taken from Pub/Sub at once. */
const BATCH = 100;

/** `scorestream pull`: what a topic holds. */
export const pull: Command = {
  usage: 'pull TOPIC|SUBSCRIPTION [--limit N]',
  summary:
    "Prints each message's data, one a line. Those of a local topic stay, oldest first; those of a subscription on Pub/Sub are acknowledged.",
  flags: {
    limit: { value: 'N', help: 'stop after N messages, and wait for them up to a minute' },
    data: { value: 'DIR', help: 'the data folder of serve (default: .scorestream)' },
  },
  words: 1,
  async run({ values, positionals: [topic = ''] }) {
    const config = readSettings(values['data']);
    const limit = values['limit'] === undefined ? undefined : toCount(String(values['limit']));
    checkSubscription(topic, config);
    if (isPubSubSubscription(config, topic)) return pullFromPubSub(config, topic, limit);
    const path = topicPath(config.dataDir, topic);
    const deadline = Date.now() + WAIT_MS;
    let count = 0;
    let from = 0;
    for (;;) {
      for await (const { message, nextOffset } of readTopic(path, { from })) {
        from = nextOffset;
        if (limit !== undefined && count >= limit) return 0;
        await print(message.data);
        count += 1;
      }
      if (limit === undefined || count >= limit) return 0;
      if (Date.now() > deadline) throw usage(`${topic} got ${count} of ${limit} messages in a minute.`);
      await delay(50);
    }
  },
};

/** Takes what is there; with a limit it waits until so many have come. */
async function pullFromPubSub(config: Config, name: string, limit: number | undefined): Promise<number> {
  const subscription = await composePullSubscription(config, name);
  const deadline = Date.now() + WAIT_MS;
  let count = 0;
  try {
    for (let empty = 0; limit === undefined ? empty < EMPTY_PULLS : count < limit; ) {
      const messages = await subscription.pull(Math.min(BATCH, (limit ?? Number.POSITIVE_INFINITY) - count));
      for (const { data } of messages) await print(data);
      await subscription.acknowledge(messages.map(({ ackId }) => ackId));
      count += messages.length;
      empty = messages.length === 0 ? empty + 1 : 0;
      if (limit !== undefined && Date.now() > deadline && count < limit) {
        throw usage(`${name} got ${count} of ${limit} messages in a minute.`);
      }
      if (empty > 0) await delay(50);
    }
  } finally {
    await subscription.close();
  }
  return 0;
}

/** Resolves once whoever reads has room for more: what is acknowledged must not wait in this process. */
async function print(data: Uint8Array): Promise<void> {
  process.stdout.write(data);
  if (!process.stdout.write('\n')) await once(process.stdout, 'drain');
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage(`--limit is ${JSON.stringify(text)}: expected a number of messages.`);
}
