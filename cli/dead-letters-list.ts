import { composePullSubscription } from '../src/compose.ts';
import { describeLetter } from '../src/encode/replay.ts';
import type { PulledMessage } from '../src/ports/pull-subscription.ts';
import type { Command } from './command.ts';
import { checkSubscription, LETTER_FLAGS, tellEnd, toLimit, toNothing, walkLetters } from './letters.ts';
import { readSettings } from './settings.ts';
import { toTable } from './table.ts';

/** What is known of the letters of one code and kind. */
interface Group {
  readonly code: string;
  readonly kind: string;
  readonly example: string;
  count: number;
  replayed: number;
  oldest: string;
}

/** `scorestream dead-letters list`: why letters are there. */
export const deadLettersList: Command = {
  usage: 'dead-letters list SUBSCRIPTION [--code CODE] [--limit N]',
  summary: 'Counts dead letters by reason, with an example of each. All stay where they are.',
  flags: LETTER_FLAGS,
  words: 1,
  async run({ values, positionals: [name = ''] }) {
    const config = readSettings(values['data']);
    checkSubscription(name, config);
    const limit = toLimit(values['limit']);
    const groups = new Map<string, Group>();
    const subscription = await composePullSubscription(config, name);
    const walk = await walkLetters(subscription, limit, async (letters) => {
      for (const letter of letters) count(groups, letter, values['code']);
      return [];
    });
    const nothing = toNothing(name, walk, values['code']);
    process.stdout.write(groups.size === 0 ? nothing : toText([...groups.values()]));
    return tellEnd(walk);
  },
};

function count(groups: Map<string, Group>, letter: PulledMessage, only: string | boolean | undefined): void {
  const { code, kind } = describeLetter(letter);
  if (only !== undefined && code !== only) return;
  const name = `${code} ${kind}`;
  const { attributes, publishTime } = letter;
  const example = attributes['error-message'] ?? toDeliveries(attributes);
  const group = groups.get(name) ?? { code, kind, example, count: 0, replayed: 0, oldest: publishTime };
  group.count += 1;
  if (attributes['replayed-from'] !== undefined) group.replayed += 1;
  if (publishTime < group.oldest) group.oldest = publishTime;
  groups.set(name, group);
}

function toDeliveries(attributes: Readonly<Record<string, string>>): string {
  const deliveries = attributes['CloudPubSubDeadLetterSourceDeliveryCount'];
  return deliveries === undefined
    ? ''
    : `not acknowledged in ${deliveries} deliveries: see the function's log`;
}

function toText(groups: readonly Group[]): string {
  const rows = groups
    .toSorted((a, b) => b.count - a.count)
    .map((group) => [
      group.code,
      group.kind,
      String(group.count),
      String(group.replayed),
      group.oldest,
      group.example,
    ]);
  return toTable(['code', 'kind', 'letters', 'replayed', 'oldest', 'example'], rows);
}
