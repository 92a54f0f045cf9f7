import { setTimeout as delay } from 'node:timers/promises';
import { readTopic, topicPath } from '../src/adapters/local/topic-file.ts';
import { type Command, usage } from './command.ts';
import { checkTopic, readSettings } from './settings.ts';

/** How long `--limit` waits for messages that are not there yet, in milliseconds. */
const WAIT_MS = 60_000;

/** `scorestream pull`: what a topic holds. */
export const pull: Command = {
  usage: 'pull TOPIC [--limit N]',
  summary: "Prints each message's data, oldest first, one a line.",
  flags: {
    limit: { value: 'N', help: 'stop after N messages, and wait for them up to a minute' },
    data: { value: 'DIR', help: 'the data folder of serve (default: .scorestream)' },
  },
  words: 1,
  async run({ values, positionals: [topic = ''] }) {
    const config = readSettings(values['data']);
    checkTopic(topic, config);
    const path = topicPath(config.dataDir, topic);
    const limit = values['limit'] === undefined ? undefined : toCount(String(values['limit']));
    const deadline = Date.now() + WAIT_MS;
    let count = 0;
    let from = 0;
    for (;;) {
      for await (const { message, nextOffset } of readTopic(path, { from })) {
        from = nextOffset;
        if (limit !== undefined && count >= limit) return 0;
        process.stdout.write(message.data);
        process.stdout.write('\n');
        count += 1;
      }
      if (limit === undefined || count >= limit) return 0;
      if (Date.now() > deadline) throw usage(`${topic} got ${count} of ${limit} messages in a minute.`);
      await delay(50);
    }
  },
};

function toCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage(`--limit is ${JSON.stringify(text)}: expected a number of messages.`);
}
