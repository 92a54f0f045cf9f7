import { setTimeout as delay } from 'node:timers/promises';
import { composePublisher, toTopicName } from '../src/compose.ts';
import { show } from '../src/errors.ts';
import type { Publisher } from '../src/ports/publisher.ts';
import { type Command, type CommandInput, usage } from './command.ts';
import { createProgress, type Progress } from './progress.ts';
import { toAttributes, toOrderingKey } from './publish-attributes.ts';
import { type PublishOutcome, publishBatches } from './publish-batches.ts';
import { findFormat, toFormat } from './publish-format.ts';
import { type Input, openInput } from './publish-input.ts';
import { toFailureText, toSummary } from './publish-report.ts';
import { MAX_ROWS_PER_MESSAGE, type RowMessage, type RowOptions, toRowMessages } from './publish-rows.ts';
import { checkTopic, readSettings } from './settings.ts';

/** Batches under way at once; one where the order of messages counts. */
const MAX_UNDER_WAY = 4;

/** `scorestream publish`: a file's rows as messages. */
export const publish: Command = {
  usage: 'publish TOPIC FILE|- [--rows-per-message N] [--from-row N]',
  summary:
    'Publishes a file, or standard input: a .json file is one message, a .ndjson file one a line, a .csv file one a row. TOPIC is a short name, or projects/PROJECT/topics/NAME.',
  flags: {
    data: { value: 'DIR', help: 'the data folder of serve (default: .scorestream)' },
    format: {
      value: 'csv|ndjson|json',
      help: "what the file holds (default: by its name, of - by what's in it)",
    },
    'rows-per-message': {
      value: 'N',
      help: `rows that go into one message, 1 to ${MAX_ROWS_PER_MESSAGE} (default: 1)`,
    },
    'from-row': { value: 'N', help: 'leave out the rows before this one, counted from 0' },
    attribute: {
      value: 'KEY=VALUE',
      multiple: true,
      help: 'an attribute of every message; may be given again',
    },
    'ordering-key': { value: 'KEY', help: 'the ordering key of every message' },
  },
  words: 2,
  async run(input) {
    const [topic = '', file = ''] = input.positionals;
    const config = readSettings(input.values['data']);
    checkTopic(topic, config);
    const options = toRowOptions(input);
    const source = await openInput(file);
    const publisher = await composePublisher(config);
    try {
      const outcome = await publishInput(source, options, publisher, toTopicName(config, topic));
      if (outcome.failure === undefined) {
        process.stdout.write(toSummary(outcome, topic));
        return 0;
      }
      if (outcome.messages === 0 && outcome.unsureRows === 0) throw outcome.failure;
      process.stderr.write(toFailureText(outcome, input));
      return outcome.failure === INTERRUPTED ? 130 : 1;
    } finally {
      await publisher.close();
    }
  },
};

/** What the command line says of rows and messages; a format that it doesn't say is found later. */
type GivenOptions = Omit<RowOptions, 'format'> & { readonly format: RowOptions['format'] | undefined };

function toRowOptions({ values, lists, positionals: [, file = ''] }: CommandInput): GivenOptions {
  const { format, 'ordering-key': orderingKey } = values;
  return {
    name: file === '-' ? 'Standard input' : file,
    format: toFormat(file, format === undefined ? undefined : String(format)),
    rowsPerMessage: toWhole(values, 'rows-per-message', 1, MAX_ROWS_PER_MESSAGE),
    fromRow: toWhole(values, 'from-row', 0, Number.MAX_SAFE_INTEGER),
    attributes: toAttributes(lists['attribute'] ?? []),
    ...(orderingKey === undefined ? {} : { orderingKey: toOrderingKey(String(orderingKey)) }),
  };
}

function toWhole(values: CommandInput['values'], flag: string, min: number, max: number): number {
  const text = values[flag] === undefined ? String(min) : String(values[flag]);
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw usage(`--${flag} is ${show(text)}: expected a whole number from ${min} to ${max}.`);
}

async function publishInput(
  source: Input,
  options: GivenOptions,
  publisher: Publisher,
  topic: string,
): Promise<PublishOutcome> {
  const { isTTY, columns } = process.stderr;
  const progress = createProgress({
    done: 'published',
    startMs: performance.now(),
    ...(source.totalBytes === undefined ? {} : { totalBytes: source.totalBytes }),
    ...(isTTY ? { columns: columns || 80 } : {}),
    write: (text) => process.stderr.write(text),
  });
  const { stop, abort, release } = listenForStop(progress);
  try {
    return await publishBatches((signal) => readMessages(source.read(signal), options), {
      fromRow: options.fromRow,
      maxUnderWay: options.orderingKey === undefined ? MAX_UNDER_WAY : 1,
      stop,
      readBytes: source.readBytes,
      send: (messages) => publisher.publish(topic, messages, { signal: abort }),
      onAccepted: ({ rows, safeBytes }) => progress.update({ rows, bytes: safeBytes }, performance.now()),
      onRetry: (error, waitMs) => progress.say(`${error.message}: trying again in ${waitMs / 1000} s.`),
      wait: (ms, signal) => delay(ms, undefined, { signal }),
    });
  } finally {
    release();
    progress.end();
  }
}

async function* readMessages(
  source: AsyncIterable<Uint8Array>,
  options: GivenOptions,
): AsyncGenerator<RowMessage> {
  const { format, chunks } =
    options.format === undefined ? await findFormat(source) : { format: options.format, chunks: source };
  if (format === 'json' && (options.fromRow > 0 || options.rowsPerMessage > 1)) {
    throw usage(
      `${options.name} is JSON, which is one message: it has no rows to choose or to put together.`,
    );
  }
  yield* toRowMessages(chunks, { ...options, format });
}

const INTERRUPTED = usage('Stopped before the end.');

/** The first Ctrl-C or SIGTERM ends it once what is under way is done, the second gives that up too. */
function listenForStop(progress: Progress): {
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  release(): void;
} {
  const [stop, abort] = [new AbortController(), new AbortController()];
  const onSignal = (): void => {
    if (stop.signal.aborted) {
      abort.abort(INTERRUPTED);
      release(); // a third one ends the process
    } else {
      progress.say('Stopping: what is under way is finished first.');
      stop.abort(INTERRUPTED);
    }
  };
  const release = (): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  return { stop: stop.signal, abort: abort.signal, release };
}
