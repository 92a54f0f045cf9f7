import { composePublisher, findTopicOf, toTopicName } from '../src/compose.ts';
import type { Config } from '../src/config.ts';
import {
  createReplayRun,
  describeLetter,
  planReplay,
  type ReplayPlan,
  type SkipReason,
} from '../src/encode/replay.ts';
import { ScorerError } from '../src/errors.ts';
import type { Publisher } from '../src/ports/publisher.ts';
import type { PulledMessage } from '../src/ports/pull-subscription.ts';
import type { Command } from './command.ts';
import { LETTER_FLAGS, openLetters, toLimit, walkLetters } from './letters.ts';
import { readSettings } from './settings.ts';

const ADVICE: Readonly<Record<SkipReason, string>> = {
  object: 'are files: drop them again',
  'failed again': 'failed again after a replay: look at them, then --again',
  'no source': 'do not say where they came from: name a topic with --to',
};

/** How many letters went where; what is skipped by reason. */
interface Tally {
  readonly replayed: Map<string, number>;
  readonly skipped: Map<SkipReason, number>;
  failed: number;
  failure: ScorerError | undefined;
}

/** `scorestream dead-letters replay`: once more, after what was wrong is mended. */
export const deadLettersReplay: Command = {
  usage: 'dead-letters replay SUBSCRIPTION [--code CODE] [--to TOPIC] [--again] [--dry-run] [--limit N]',
  summary:
    'Publishes dead letters to the topics that they came from; each goes once its replacement is accepted.',
  flags: {
    ...LETTER_FLAGS,
    to: { value: 'TOPIC', help: 'publish to this topic, whatever they came from' },
    again: { help: 'also what failed again after a replay' },
    'dry-run': { help: 'publish nothing, say what would be' },
  },
  words: 1,
  async run({ values, positionals: [name = ''] }) {
    const config = readSettings(values['data']);
    const isDry = values['dry-run'] === true;
    const to = values['to'];
    const options = {
      again: values['again'] === true,
      ...(typeof to === 'string' && { to: toTopicName(config, to) }),
    };
    const topicOf = createTopicFinder(config);
    const publisher = await composePublisher(config);
    const run = createReplayRun();
    const tally: Tally = { replayed: new Map(), skipped: new Map(), failed: 0, failure: undefined };
    try {
      const subscription = await openLetters(config, name);
      const walk = await walkLetters(subscription, toLimit(values['limit']), async (letters) => {
        const asked = letters.filter(
          (letter) =>
            (values['code'] === undefined || describeLetter(letter).code === values['code']) &&
            !run.hasMade(letter),
        );
        const done = await Promise.all(
          asked.map(async (letter) => {
            const plan = planReplay(letter, options);
            if (plan.action === 'publish') run.replays(plan.attributes);
            return (await replay(letter, plan, tally, topicOf, isDry ? undefined : publisher))
              ? [letter.ackId]
              : [];
          }),
        );
        return isDry ? [] : done.flat();
      });
      process.stdout.write(toText(tally, isDry));
      if (walk.isCut)
        process.stdout.write(`Only the first ${walk.count} letters were looked at: see --limit.\n`);
    } finally {
      await publisher.close();
    }
    if (tally.failure === undefined) return 0;
    process.stderr.write(
      `${tally.failed} letters could not be replayed and stay: ${tally.failure.message}\n`,
    );
    return 1;
  },
};

type TopicFinder = (plan: ReplayPlan & { readonly action: 'publish' }) => Promise<string>;

/** True once the letter's replacement is accepted. */
async function replay(
  letter: PulledMessage,
  plan: ReplayPlan,
  tally: Tally,
  topicOf: TopicFinder,
  publisher: Publisher | undefined,
): Promise<boolean> {
  if (plan.action === 'skip') {
    tally.skipped.set(plan.why, (tally.skipped.get(plan.why) ?? 0) + 1);
    return false;
  }
  try {
    const topic = await topicOf(plan);
    const { data, orderingKey } = letter;
    const key = orderingKey === undefined ? {} : { orderingKey };
    await publisher?.publish(topic, [{ data, attributes: plan.attributes, ...key }]);
    const line = `${describeLetter(letter).code} to ${topic}`;
    tally.replayed.set(line, (tally.replayed.get(line) ?? 0) + 1);
    return true;
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    tally.failed += 1;
    tally.failure ??= error;
    return false;
  }
}

/** Asks for the topic of each subscription once. */
function createTopicFinder(config: Config): TopicFinder {
  const found = new Map<string, Promise<string>>();
  return async (plan) => {
    if ('topic' in plan.to) return plan.to.topic;
    const { subscription, project } = plan.to;
    const name = `${project}/${subscription}`;
    const finding = found.get(name) ?? findTopicOf(config, subscription, project);
    found.set(name, finding);
    return finding;
  };
}

function toText({ replayed, skipped }: Tally, isDry: boolean): string {
  const verb = isDry ? 'Would replay' : 'Replayed';
  const lines = [...replayed].map(([line, count]) => `${verb} ${count} × ${line}.\n`);
  const left = [...skipped].map(([why, count]) => `Left ${count} that ${ADVICE[why]}.\n`);
  return lines.length + left.length === 0 ? 'There is nothing to replay.\n' : [...lines, ...left].join('');
}
