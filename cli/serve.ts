import { mkdir } from 'node:fs/promises';
import {
  composeEmulator,
  composePublisher,
  composeStorage,
  FEATURES_SUBSCRIPTION,
  INBOX_BUCKET,
  OBJECTS_SUBSCRIPTION,
  SHARDS_SUBSCRIPTION,
  systemClock,
  toTopicName,
} from '../src/compose.ts';
import type { Config } from '../src/config.ts';
import { createBroker } from '../src/local/broker.ts';
import { type InboxOptions, startInbox } from '../src/local/inbox.ts';
import type { Subscription } from '../src/local/subscription-config.ts';
import type { Logger } from '../src/ports/logger.ts';
import { type Command, usage } from './command.ts';
import { makeExamples } from './examples.ts';
import { type FunctionProcess, type LogLine, startFunction } from './function-process.ts';
import { checkPort, toPort } from './ports.ts';
import { tell, toBanner } from './serve-output.ts';
import { MODEL_FLAG, readSettings } from './settings.ts';
import { untilSignal } from './signals.ts';

/** The longest that Pub/Sub knows, in milliseconds: longer than a delivery may take by its own deadline. */
const ACK_DEADLINE_MS = 600_000;

/** `scorestream serve`: the whole system on one machine. */
export const serve: Command = {
  usage: 'serve [--model DIR|FILE.onnx] [--data DIR] [--inbox DIR] [--port N] [--score-port N]',
  summary: 'Runs both functions, the topics and the inbox on this machine, until Ctrl-C.',
  flags: {
    model: MODEL_FLAG,
    data: { value: 'DIR', help: 'where topics and results are kept (default: .scorestream)' },
    inbox: { value: 'DIR', help: 'the folder whose CSV files are scored (default: inbox)' },
    port: { value: 'N', help: 'port of the prediction function (default: 8080)' },
    'score-port': { value: 'N', help: 'port of the scoring function (default: 8081)' },
  },
  words: 0,
  async run({ values }) {
    const settings = readSettings(values['data'], values['model']);
    const config = { ...settings, inboxDir: String(values['inbox'] ?? settings.inboxDir) };
    const port = toPort('port', values['port'], 8080);
    const scorePort = toPort('score-port', values['score-port'], 8081);
    if (port === scorePort) throw usage(`--port and --score-port are both ${port}: choose two.`);
    await checkPort('port', port);
    await checkPort('score-port', scorePort);
    await makeDataDir(config.dataDir);
    return runUntilStopped(config, port, scorePort);
  },
};

async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true }).catch((error: unknown) => {
    throw usage(`The data folder ${dataDir} can't be made (${error}): choose another with --data.`);
  });
}

async function runUntilStopped(config: Config, port: number, scorePort: number): Promise<number> {
  const served: FunctionProcess[] = [];
  const stopping = untilSignal(() => {
    for (const each of served) each.refresh();
  });
  const onLog = (line: LogLine): void => tell(line, config.inboxDir);
  const environment = toEnvironment(config);
  const logger: Logger = {
    log: (severity, event, message, fields) => onLog({ severity, event, message, ...fields }),
  };
  const undo: (() => Promise<void>)[] = [];
  try {
    const start = (target: 'predict' | 'score', ownPort: number): FunctionProcess =>
      startFunction({ target, port: ownPort, environment, onLog: (line) => onLog({ ...line, target }) });
    const functions = [start('predict', port), start('score', scorePort)];
    undo.unshift(() => stopAll(functions));
    for (const each of functions) {
      await each.ready();
      served.push(each);
    }
    undo.unshift(await startTopics(config, scorePort, logger));
    undo.unshift(await startInbox(await toInboxOptions(config, logger)));
    process.stdout.write(toBanner(config, { port, scorePort }, await makeExamples(config)));
    const died = Promise.race(functions.map(({ ended }) => ended)).then(() => 'died' as const);
    if ((await Promise.race([stopping, died])) !== 'died') return 0;
    process.stderr.write(
      'A function ended by itself. What it had not finished comes again at the next start.\n',
    );
    return 1;
  } finally {
    for (const each of undo) await each();
  }
}

/** Starts to push what is published: by a broker of our own, or by the emulator. Returns what ends it. */
async function startTopics(config: Config, scorePort: number, logger: Logger): Promise<() => Promise<void>> {
  const subscriptions = toSubscriptions(config, scorePort);
  if (config.pubsubEmulatorHost !== '') {
    await composeEmulator(config, {
      pushes: subscriptions,
      pulled: [config.predictionsTopic, config.deadLettersTopic],
    });
    return async () => undefined;
  }
  const broker = createBroker({ dataDir: config.dataDir, subscriptions, logger, clock: systemClock });
  await broker.start();
  return () => broker.stop();
}

async function stopAll(functions: readonly FunctionProcess[]): Promise<void> {
  await Promise.all(functions.map((each) => each.stop()));
}

async function toInboxOptions(config: Config, logger: Logger): Promise<InboxOptions> {
  return {
    dir: config.inboxDir,
    bucket: INBOX_BUCKET,
    storage: await composeStorage(config),
    publisher: await composePublisher(config),
    topic: toTopicName(config, config.objectsTopic),
    dataDir: config.dataDir,
    logger,
  };
}

/** The functions get every option by its variable, so that they see what the command line said. */
function toEnvironment(config: Config): Readonly<Record<string, string>> {
  return {
    MODEL_URI: config.modelUri,
    OUTPUT_URI: config.outputUri,
    LOCAL_DATA_DIR: config.dataDir,
    LOCAL_INBOX_DIR: config.inboxDir,
  };
}

/** Retries come sooner than in the cloud: a person is watching. */
function toSubscriptions(config: Config, scorePort: number): readonly Subscription[] {
  const common = {
    ackDeadlineMs: ACK_DEADLINE_MS,
    minBackoffMs: 1000,
    maxBackoffMs: 60_000,
    deadLetterTopic: config.deadLettersTopic,
  };
  const endpoint = (path: string): URL => new URL(`http://127.0.0.1:${scorePort}/${path}`);
  return [
    {
      ...common,
      name: FEATURES_SUBSCRIPTION,
      topic: config.featuresTopic,
      endpoint: endpoint('features'),
      maxDeliveryAttempts: 30,
      ordering: config.messageOrdering,
      maxConcurrent: 16,
    },
    {
      ...common,
      name: OBJECTS_SUBSCRIPTION,
      topic: config.objectsTopic,
      endpoint: endpoint('objects'),
      maxDeliveryAttempts: 100,
      ordering: false,
      maxConcurrent: 2,
    },
    {
      ...common,
      name: SHARDS_SUBSCRIPTION,
      topic: config.shardsTopic,
      endpoint: endpoint('shards'),
      maxDeliveryAttempts: 100,
      ordering: false,
      maxConcurrent: 2,
    },
  ];
}
