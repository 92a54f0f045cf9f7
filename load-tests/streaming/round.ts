import type { PubSubServer } from '../../test/servers/pubsub.ts';
import { type Check, checkPredictions, countOutputs } from './check.ts';
import type { Contender } from './contender.ts';
import { toLatencies } from './latency.ts';
import { collectOutputs } from './outputs.ts';
import { publishAll, publishAtRate } from './publish.ts';

/** The load of a round. */
export interface Load {
  readonly messages: number;
  readonly rowsPerMessage: number;
  /** Messages a second; undefined for as many as are taken. */
  readonly rate: number | undefined;
}

/** What a round measured. */
export interface Round {
  /** Over the time from the first output to the last. */
  readonly messagesPerSecond: number;
  readonly rssBytes: number;
  /** Of the contender's process, from the first push to the last output. */
  readonly cpuSeconds: number;
  /** From publish to output, in milliseconds, ascending; empty without a rate, where messages wait. */
  readonly latenciesMs: readonly number[];
  /** Of the predictions; a rival's are constant, and only counted. */
  readonly check: Check;
}

/**
 * Lets a contender answer the messages of one round. Without a rate, all of them wait in the subscription before the
 * first is pushed: publishing takes nothing of the processor that is measured. With one they are pushed as they come.
 */
export async function runRound(server: PubSubServer, contender: Contender, load: Load): Promise<Round> {
  const { messages, rowsPerMessage, rate } = load;
  const topic = `projects/${server.project}/topics/features`;
  const name = crypto.randomUUID();
  const output = await server.createSubscription(`out-${name}`, contender.outputTopic);
  const input = await server.createSubscription(`in-${name}`, topic, { ackDeadlineSeconds: 60 });
  const push = () =>
    server.ask('POST', `${input}:modifyPushConfig`, { pushConfig: { pushEndpoint: contender.endpoint } });
  const publication = { topic, messages, rowsPerMessage };
  let ids: string[] = [];
  if (rate === undefined) ids = await publishAll(server, publication);
  const before = await contender.usage();
  await push();
  if (rate !== undefined) ids = await publishAtRate(server, publication, rate);
  const outputs = await collectOutputs(server, output, messages * rowsPerMessage);
  const after = await contender.usage();
  for (const subscription of [input, output]) await server.ask('DELETE', subscription);
  const times = outputs.map(({ publishedMs }) => publishedMs);
  return {
    messagesPerSecond: (1000 * (messages - 1)) / (times.reduce(max, 0) - times.reduce(min, Infinity)),
    rssBytes: after.rssBytes,
    cpuSeconds: (after.cpuMicroseconds - before.cpuMicroseconds) / 1e6,
    latenciesMs: rate === undefined ? [] : toLatencies(outputs),
    check:
      contender.name === 'ours'
        ? checkPredictions(ids, rowsPerMessage, outputs)
        : countOutputs(messages * rowsPerMessage, outputs),
  };
}

const max = (a: number, b: number): number => Math.max(a, b);
const min = (a: number, b: number): number => Math.min(a, b);
