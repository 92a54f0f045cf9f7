import { type CsvReader, type CsvRecord, createCsvReader } from '../decode/csv/reader.ts';
import { decodeInstances, type JsonInstances, parseJson } from '../decode/json.ts';
import { createElementFinder } from '../decode/json-elements.ts';
import { elementPlaces, findMember } from '../decode/json-places.ts';
import { sliceInstances } from '../decode/json-slices.ts';
import { decodeNdjson, splitLines } from '../decode/ndjson.ts';
import { decodeUtf8 } from '../decode/text.ts';
import { ScorerError, show } from '../errors.ts';
import { type CsvPlan, encodeRecords, planCsv } from '../features/csv.ts';
import { encodeInstances } from '../features/instances.ts';
import type { EncodedRows } from '../features/rows.ts';
import type { FeatureSchema } from '../features/schema.ts';

/** Rows and bytes of a message handled at once: what bounds the memory that a large message takes, and how long others wait. */
const SLICE = { maxRows: 1000, maxBytes: 1024 * 1024 };

const CSV_CHUNK_BYTES = 64 * 1024;

/** Some consecutive rows of a message. */
export interface PayloadSlice {
  /** Place in the message of the slice's first row, from 0. */
  readonly firstRow: number;
  readonly encoded: EncodedRows;
  /** A row in a form that can be scored again alone; `row` counts from the slice's start. Ask in ascending order. */
  source(row: number): { readonly data: Uint8Array; readonly contentType: string };
}

/**
 * Decodes a message's data by its `content-type` attribute: NDJSON, CSV with a header, else JSON (one
 * instance, `{"instances":[…]}`, `{"x":[…]}`) or, where the first line alone is JSON and more follows, NDJSON.
 * Nothing is done before its slice is asked for, but that a JSON document is looked at as a whole.
 *
 * @param data the message's data, not compressed
 * @throws ScorerError, not retryable, when no row can be told apart
 */
export function* decodePayload(
  data: Uint8Array,
  contentType: string | undefined,
  schema: FeatureSchema,
): Generator<PayloadSlice, void> {
  if (data.length === 0) {
    throw new ScorerError('The message has no data: expected features.', { code: 'INVALID_MESSAGE' });
  }
  const [mediaType] = (contentType ?? 'application/json').split(';');
  const type = (mediaType ?? '').trim().toLowerCase();
  if (type === 'text/csv') yield* decodeCsv(data, schema);
  else if (/^application\/(?:x-)?(?:ndjson|jsonl(?:ines)?)$/.test(type)) yield* decodeLines(data, schema);
  else if (/^(?:application|text)\/(?:[\w.-]+\+)?json$/.test(type)) {
    yield* isLines(data) ? decodeLines(data, schema) : decodeJson(data, schema);
  } else {
    throw new ScorerError(
      `The message's content-type is ${show(contentType)}: expected application/json, application/x-ndjson or text/csv.`,
      { code: 'UNSUPPORTED_MEDIA_TYPE' },
    );
  }
}

/** Whether the first line is JSON and another follows: no JSON document goes on after its end. */
function isLines(data: Uint8Array): boolean {
  const [first, second] = splitLines(data);
  if (first === undefined || second === undefined) return false;
  try {
    parseJson(decodeUtf8(first, 'The line'), 'The line');
    return true;
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    return false;
  }
}

function* decodeJson(data: Uint8Array, schema: FeatureSchema): Generator<PayloadSlice, void> {
  const slices = data.length > SLICE.maxBytes ? sliceInstances(data, SLICE) : undefined;
  if (slices === undefined) {
    yield* decodeDocument(data, schema);
    return;
  }
  let firstRow = 0;
  for (const { values, element } of slices) {
    yield {
      firstRow,
      encoded: encodeInstances(schema, values),
      source: (row) => ({ data: element(row), contentType: 'application/json' }),
    };
    firstRow += values.length;
  }
}

function* decodeDocument(data: Uint8Array, schema: FeatureSchema): Generator<PayloadSlice, void> {
  const { values, single } = parseDocument(data);
  const find = single ? () => data : createInstanceFinder(data);
  for (let firstRow = 0; firstRow < values.length; firstRow += SLICE.maxRows) {
    yield {
      firstRow,
      encoded: encodeInstances(schema, values.slice(firstRow, firstRow + SLICE.maxRows)),
      source: (row) => ({ data: find(firstRow + row), contentType: 'application/json' }),
    };
  }
}

function createInstanceFinder(data: Uint8Array): (index: number) => Uint8Array {
  return createElementFinder(data, () =>
    elementPlaces(data, findMember(data, 0, 'instances')?.start ?? data.length),
  );
}

/** A function of its own, so that the document's text is not kept while its rows are scored. */
function parseDocument(data: Uint8Array): JsonInstances {
  return decodeInstances(decodeUtf8(data, "The message's data"), "The message's data");
}

function* decodeLines(data: Uint8Array, schema: FeatureSchema): Generator<PayloadSlice, void> {
  let firstRow = 0;
  for (const { values, lines, failures } of decodeNdjson(data, SLICE)) {
    yield {
      firstRow,
      encoded: encodeInstances(schema, values, failures),
      source: (row) => ({ data: lines[row] ?? Buffer.alloc(0), contentType: 'application/json' }),
    };
    firstRow += lines.length;
  }
  if (firstRow === 0) throw noRows();
}

function* decodeCsv(data: Uint8Array, schema: FeatureSchema): Generator<PayloadSlice, void> {
  const reader = createCsvReader(schema.csv);
  let plan: CsvPlan | undefined;
  let firstRow = 0;
  for (const records of readRecords(reader, data)) {
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

/** The records, some at a time; none where only the header came. */
function* readRecords(reader: CsvReader, data: Uint8Array): Generator<readonly CsvRecord[], void> {
  for (let start = 0; start < data.length; start += CSV_CHUNK_BYTES) {
    yield* sliceRecords(reader.push(data.subarray(start, start + CSV_CHUNK_BYTES)));
  }
  yield* sliceRecords(reader.end());
}

function* sliceRecords(records: readonly CsvRecord[]): Generator<readonly CsvRecord[], void> {
  let start = 0;
  do {
    yield records.slice(start, start + SLICE.maxRows);
    start += SLICE.maxRows;
  } while (start < records.length);
}

function noRows(): ScorerError {
  return new ScorerError('The message has no rows.', { code: 'INVALID_MESSAGE' });
}
