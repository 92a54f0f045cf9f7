import { countBytes, MAX_MESSAGE_BYTES } from '../src/message-size.ts';
import type { OutgoingMessage } from '../src/ports/publisher.ts';
import { usage } from './command.ts';
import type { RowFormat } from './publish-format.ts';
import { type FileRow, readCsvRows, readLines } from './publish-records.ts';

/** The most rows that a message is given. */
export const MAX_ROWS_PER_MESSAGE = 50_000;

const TOO_LARGE = `expected at most ${MAX_MESSAGE_BYTES} bytes with all that goes along, got more`;

/** A message made from rows of a file. */
export interface RowMessage extends OutgoingMessage {
  /** How many rows it holds. */
  readonly rows: number;
  /** Of these, how many can't be read. */
  readonly badRows: number;
  /** The place in the file of the row after its last one, from 0. */
  readonly nextRow: number;
  /** Bytes of data and attributes. */
  readonly bytes: number;
}

/** How the rows of a file become messages. */
export interface RowOptions {
  /** Names the file in errors. */
  readonly name: string;
  readonly format: RowFormat;
  /** 1 to {@link MAX_ROWS_PER_MESSAGE}; a message holds fewer where it would pass 10,000,000 bytes. */
  readonly rowsPerMessage: number;
  /** The first row to publish, from 0. */
  readonly fromRow: number;
  /** What every message carries besides its content-type. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
}

/**
 * The rows of a file as messages, in order, bytes unchanged: a JSON file is one message; NDJSON lines
 * go as they are; CSV rows below the header line. A row that can't be read has a message to itself.
 *
 * @throws ScorerError `USAGE` for a row that no message can hold, once all before it are out, and when
 * the file ends before `fromRow`; what reading a CSV header throws
 */
export async function* toRowMessages(
  chunks: AsyncIterable<Uint8Array>,
  options: RowOptions,
): AsyncGenerator<RowMessage> {
  const packer = createPacker(options);
  if (options.format === 'json') {
    yield packer.whole(await readWhole(chunks, options.name));
    return;
  }
  const pieces = options.format === 'csv' ? readCsvRows(chunks) : readLines(chunks);
  for await (const rows of pieces) {
    for (const row of rows) yield* packer.push(row);
  }
  yield* packer.end();
}

/** Puts rows into messages. */
function createPacker({ name, format, rowsPerMessage, fromRow, attributes: given, orderingKey }: RowOptions) {
  const attributes = { ...given, ...toContentType(format, rowsPerMessage) };
  const attributeBytes = countBytes({ data: new Uint8Array(), attributes });
  let nextRow = 0;
  let held: FileRow[] = [];
  let bytes = 0;

  function toMessage(data: Uint8Array, rows: number, badRows: number): RowMessage {
    const order = orderingKey === undefined ? {} : { orderingKey };
    return { data, attributes, ...order, rows, badRows, nextRow, bytes: attributeBytes + data.length };
  }

  function take(): RowMessage {
    const parts = held.flatMap(({ data, lineEnd }) => [data, lineEnd]);
    const data = Buffer.concat([held[0]?.head ?? Buffer.alloc(0), ...parts.slice(0, -1)]);
    const message = toMessage(data, held.length, held[0]?.isBad ? 1 : 0);
    held = [];
    return message;
  }

  function* push(row: FileRow): Generator<RowMessage> {
    if (nextRow < fromRow) {
      nextRow += 1;
      return;
    }
    const alone = attributeBytes + row.head.length + row.data.length;
    const isRefused = row.refusal !== undefined || alone > MAX_MESSAGE_BYTES;
    const added = (held.at(-1)?.lineEnd.length ?? 0) + row.data.length;
    if (held.length > 0 && (isRefused || row.isBad || bytes + added > MAX_MESSAGE_BYTES)) yield take();
    if (isRefused) throw usage(`${name}, line ${row.line} (row ${nextRow}): ${row.refusal ?? TOO_LARGE}.`);
    bytes = held.length === 0 ? alone : bytes + added;
    held.push(row);
    nextRow += 1;
    if (held.length === rowsPerMessage || row.isBad) yield take();
  }

  function* end(): Generator<RowMessage> {
    if (held.length > 0) yield take();
    if (nextRow >= fromRow) return;
    throw usage(`${name} has no row ${fromRow}: it has ${nextRow}, and they are counted from 0.`);
  }

  function whole(data: Uint8Array): RowMessage {
    if (attributeBytes + data.length > MAX_MESSAGE_BYTES) throw usage(`${name}: ${TOO_LARGE}.`);
    nextRow = 1;
    return toMessage(data, 1, 0);
  }

  return { push, end, whole };
}

/** A line alone may be any JSON that the scoring function takes; several are told to be lines. */
function toContentType(format: RowFormat, rowsPerMessage: number): Readonly<Record<string, string>> {
  if (format === 'csv') return { 'content-type': 'text/csv' };
  return format === 'ndjson' && rowsPerMessage > 1 ? { 'content-type': 'application/x-ndjson' } : {};
}

async function readWhole(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_MESSAGE_BYTES)
      throw usage(`${name}: ${TOO_LARGE}. One JSON value a line is --format ndjson.`);
  }
  if (bytes === 0) throw usage(`${name} is empty: expected a JSON document.`);
  return Buffer.concat(parts);
}
