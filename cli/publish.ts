import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { composePublisher, toTopicName } from '../src/compose.ts';
import { type CsvRecord, createCsvReader } from '../src/decode/csv/reader.ts';
import { describeProblem, show } from '../src/errors.ts';
import type { OutgoingMessage } from '../src/ports/publisher.ts';
import { type Command, usage } from './command.ts';
import { checkTopic, readSettings } from './settings.ts';

/** Messages published at once. */
const BATCH = 500;

/** `scorestream publish`: a file's rows as messages. */
export const publish: Command = {
  usage: 'publish TOPIC FILE',
  summary: 'Publishes a file: a .json file is one message, a .ndjson file one a line, a .csv file one a row.',
  flags: { data: { value: 'DIR', help: 'the data folder of serve (default: .scorestream)' } },
  words: 2,
  async run({ values, positionals: [topic = '', file = ''] }) {
    const config = readSettings(values['data']);
    checkTopic(topic, config);
    const publisher = await composePublisher(config);
    let count = 0;
    let batch: OutgoingMessage[] = [];
    const flush = async (): Promise<void> => {
      count += (await publisher.publish(toTopicName(config, topic), batch)).length;
      batch = [];
    };
    try {
      for await (const message of readMessages(file)) {
        batch.push(message);
        if (batch.length >= BATCH) await flush();
      }
      if (batch.length > 0) await flush();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
      throw usage(`${file} can't be read (${error.message}); ${count} messages were published.`);
    } finally {
      await publisher.close();
    }
    process.stdout.write(`Published ${count} ${count === 1 ? 'message' : 'messages'} to ${topic}.\n`);
    return 0;
  },
};

async function* readMessages(file: string): AsyncGenerator<OutgoingMessage> {
  if (/\.csv$/i.test(file)) yield* readCsv(file);
  else if (/\.(?:ndjson|jsonl)$/i.test(file)) yield* readLines(file);
  else if (/\.json$/i.test(file)) {
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(file)) chunks.push(chunk as Buffer); // no encoding is set
    yield { data: Buffer.concat(chunks), attributes: {} };
  } else
    throw usage(`${show(file)} is no file to publish: expected a name that ends in .json, .ndjson or .csv`);
}

async function* readLines(file: string): AsyncGenerator<OutgoingMessage> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line.trim() !== '') yield { data: Buffer.from(line), attributes: {} };
  }
}

async function* readCsv(file: string): AsyncGenerator<OutgoingMessage> {
  const reader = createCsvReader();
  const toMessage = ({ line, raw, problem }: CsvRecord): OutgoingMessage => {
    if (problem !== undefined) throw usage(`${file}, line ${line}: ${describeProblem(problem)}`);
    const header = Buffer.from(reader.header === undefined ? '' : reader.header.raw);
    const data = Buffer.concat([header, Buffer.from(reader.header?.dialect.newline ?? '\n'), raw]);
    return { data, attributes: { 'content-type': 'text/csv' } };
  };
  for await (const chunk of createReadStream(file)) yield* reader.push(chunk as Buffer).map(toMessage); // no encoding is set
  yield* reader.end().map(toMessage);
}
