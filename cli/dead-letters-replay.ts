import {
  composePublisher,
  composePullSubscription,
  findTopicOf,
  isPubSubSubscription,
  toTopicName,
} from '../src/compose.ts';
import type { Config } from '../src/config.ts';
import {
  createReplayRun,
  describeLetter,
  planReplay,
  type ReplayOptions,
  type Source,
} from '../src/encode/replay.ts';
import { ScorerError, show } from '../src/errors.ts';
import type { Publisher } from '../src/ports/publisher.ts';
import type { PulledMessage } from '../src/ports/pull-subscription.ts';
import { isFullTopicName } from '../src/pubsub-names.ts';
import { type Command, usage } from './command.ts';
import { checkSubscription, LETTER_FLAGS, tellEnd, toLimit, toNothing, walkLetters } from './letters.ts';
import { createReplayTally, increment, type ReplayTally, toTallyText } from './replay-tally.ts';
import { checkTopic, readSettings } from './settings.ts';

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
    checkSubscription(name, config);
    const limit = toLimit(values['limit']);
    const options: ReplayOptions = {
      again: values['again'] === true,
      areLocal: !isPubSubSubscription(config, name),
      ...(values['to'] !== undefined && { to: toTarget(config, name, String(values['to'])) }),
    };
    const isDry = values['dry-run'] === true;
    const publisher = await composePublisher(config);
    try {
      const subscription = await composePullSubscription(config, name);
      const tally = createReplayTally();
      const replay = createReplay(isDry ? undefined : publisher, createTopicFinder(config), options, tally);
      const walk = await walkLetters(subscription, limit, async (letters) => {
        const asked = letters.filter(
          (letter) => values['code'] === undefined || describeLetter(letter).code === values['code'],
        );
        const done = await Promise.all(asked.map(replay));
        return isDry ? [] : asked.filter((_, index) => done[index]).map(({ ackId }) => ackId);
      });
      process.stdout.write(toTallyText(tally, isDry) || toNothing(name, walk, values['code']));
      return Math.max(tellEnd(walk), tellFailure(tally));
    } finally {
      await publisher.close();
    }
  },
};

/** @throws ScorerError `USAGE` for a topic that nothing reads */
function toTarget(config: Config, name: string, to: string): string {
  const topic = toTopicName(config, to);
  if (isFullTopicName(topic)) return topic;
  if (isPubSubSubscription(config, name)) {
    throw usage(`--to is ${show(to)}, the letters are on Pub/Sub: expected projects/PROJECT/topics/NAME.`);
  }
  checkTopic(topic, config);
  return topic;
}

/** @returns the exit code */
function tellFailure({ failed, failure }: ReplayTally): number {
  if (failure === undefined) return 0;
  process.stderr.write(`${failed} letters could not be replayed and stay: ${failure.message}\n`);
  return 1;
}

type TopicFinder = (source: Source) => Promise<string>;

/** Creates what replays a letter: true once its replacement is accepted, or would be published. */
function createReplay(
  publisher: Publisher | undefined,
  topicOf: TopicFinder,
  options: ReplayOptions,
  tally: ReplayTally,
): (letter: PulledMessage) => Promise<boolean> {
  const run = createReplayRun();
  return async (letter) => {
    const plan = planReplay(letter, options);
    if (run.hasMade(letter)) {
      increment(tally.left, 'back');
      return false;
    }
    if (plan.action === 'skip') {
      increment(tally.left, plan.why);
      return false;
    }
    run.replays(plan.attributes);
    try {
      const topic = await topicOf(plan.to);
      const { data, orderingKey } = letter;
      const key = orderingKey === undefined ? {} : { orderingKey };
      await publisher?.publish(topic, [{ data, attributes: plan.attributes, ...key }]);
      increment(tally.replayed, `${describeLetter(letter).code} to ${topic}`);
      return true;
    } catch (error) {
      if (!(error instanceof ScorerError)) throw error;
      tally.failed += 1;
      tally.failure ??= error;
      return false;
    }
  };
}

/** Asks for the topic of each subscription once. */
function createTopicFinder(config: Config): TopicFinder {
  const found = new Map<string, Promise<string>>();
  return async (source) => {
    if ('topic' in source) return source.topic;
    const { subscription, project } = source;
    const name = `${project}/${subscription}`;
    const finding = found.get(name) ?? findTopicOf(config, subscription, project);
    found.set(name, finding);
    return finding;
  };
}
