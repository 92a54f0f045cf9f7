import { type CsvReader, type CsvRecord, createCsvReader } from '../decode/csv/reader.ts';
import { decodeInstances, type JsonInstances } from '../decode/json.ts';
import { sliceInstances } from '../decode/json-elements.ts';
import { decodeNdjson } from '../decode/ndjson.ts';
import { decodeUtf8 } from '../decode/text.ts';
import { type RowFailure, ScorerError, show } from '../errors.ts';
import { type CsvPlan, encodeRecords, planCsv } from '../features/csv.ts';
import { encodeInstances } from '../features/instances.ts';
import type { EncodedRows } from '../features/rows.ts';
import type { FeatureSchema } from '../features/schema.ts';
import type { Delivery } from '../ports/delivery.ts';

/** Rows of a message handled at once: what bounds the memory that a large message takes. */
const SLICE_ROWS = 1000;

const CSV_CHUNK_BYTES = 64 * 1024;

/** Some consecutive rows of a message. */
export interface PayloadSlice {
  /** Place in the message of the slice's first row, from 0. */
  readonly firstRow: number;
  readonly encoded: EncodedRows;
  /** A row in a form that can be scored again alone; `row` counts from the slice's start. */
  source(row: number): { readonly data: Uint8Array; readonly contentType: string };
}

/**
 * Decodes a message's data by its `content-type` attribute: NDJSON, CSV with a header, else JSON (one
 * instance, `{"instances":[…]}`, `{"x":[…]}`) or, where it is not one JSON document, NDJSON.
 *
 * @throws ScorerError, not retryable, when no row can be told apart
 */
export function* decodePayload(message: Delivery, schema: FeatureSchema): Generator<PayloadSlice> {
  if (message.data.length === 0) {
    throw new ScorerError('The message has no data: expected features.', { code: 'INVALID_MESSAGE' });
  }
  const contentType = message.attributes['content-type'];
  const [mediaType] = (contentType ?? 'application/json').split(';');
  const type = (mediaType ?? '').trim().toLowerCase();
  if (type === 'text/csv') yield* decodeCsv(message.data, schema);
  else if (/^application\/(?:x-)?(?:ndjson|jsonl(?:ines)?)$/.test(type))
    yield* decodeLines(message.data, schema);
  else if (/^(?:application|text)\/(?:[\w.-]+\+)?json$/.test(type)) yield* decodeJson(message.data, schema);
  else {
    throw new ScorerError(
      `The message's content-type is ${show(contentType)}: expected application/json, application/x-ndjson or text/csv.`,
      { code: 'UNSUPPORTED_MEDIA_TYPE' },
    );
  }
}

function* decodeJson(data: Uint8Array, schema: FeatureSchema): Generator<PayloadSlice> {
  const text = decodeUtf8(data, "The message's data");
  const document = decodeDocument(text);
  if (document === undefined) {
    yield* decodeLines(data, schema);
    return;
  }
  let elements: readonly string[] | undefined;
  yield* sliceValues(schema, document.values, [], (row) => {
    if (document.single) return data;
    elements ??= sliceInstances(text);
    return Buffer.from(elements[row] ?? '');
  });
}

/** Undefined for text that is not one JSON document but whose first line is one. */
function decodeDocument(text: string): JsonInstances | undefined {
  try {
    return decodeInstances(text, "The message's data");
  } catch (error) {
    const [firstLine = '', ...more] = text.trim().split('\n', 2);
    if (
      error instanceof ScorerError &&
      error.code === 'INVALID_JSON' &&
      more.length > 0 &&
      isJson(firstLine)
    ) {
      return undefined;
    }
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function* decodeLines(data: Uint8Array, schema: FeatureSchema): Generator<PayloadSlice> {
  const { values, texts, failures } = decodeNdjson(decodeUtf8(data, "The message's data"));
  if (values.length === 0) throw noRows();
  yield* sliceValues(schema, values, failures, (row) => Buffer.from(texts[row] ?? ''));
}

function* sliceValues(
  schema: FeatureSchema,
  values: readonly unknown[],
  failures: readonly RowFailure[],
  textOf: (row: number) => Uint8Array,
): Generator<PayloadSlice> {
  for (let firstRow = 0; firstRow < values.length; firstRow += SLICE_ROWS) {
    const end = firstRow + SLICE_ROWS;
    const known = failures
      .filter(({ row }) => row >= firstRow && row < end)
      .map(({ row, problems }) => ({ row: row - firstRow, problems }));
    yield {
      firstRow,
      encoded: encodeInstances(schema, values.slice(firstRow, end), known),
      source: (row) => ({ data: textOf(firstRow + row), contentType: 'application/json' }),
    };
  }
}

function* decodeCsv(data: Uint8Array, schema: FeatureSchema): Generator<PayloadSlice> {
  const reader = createCsvReader();
  let plan: CsvPlan | undefined;
  let firstRow = 0;
  for (const records of readPieces(reader, data)) {
    const { header } = reader;
    if (header === undefined) continue;
    plan ??= planCsv(schema, header.names);
    if (records.length === 0) continue;
    const headerLine = Buffer.concat([header.raw, Buffer.from(header.dialect.newline)]);
    yield {
      firstRow,
      encoded: encodeRecords(plan, records),
      source: (row) => ({
        data: Buffer.concat([headerLine, records[row]?.raw ?? Buffer.alloc(0)]),
        contentType: 'text/csv',
      }),
    };
    firstRow += records.length;
  }
  if (firstRow === 0) throw noRows();
}

function* readPieces(reader: CsvReader, data: Uint8Array): Generator<readonly CsvRecord[]> {
  for (let start = 0; start < data.length; start += CSV_CHUNK_BYTES) {
    yield reader.push(data.subarray(start, start + CSV_CHUNK_BYTES));
  }
  yield reader.end();
}

function noRows(): ScorerError {
  return new ScorerError('The message has no rows.', { code: 'INVALID_MESSAGE' });
}
