import { createCsvReader } from '../../src/decode/csv/reader.ts';
import { decodeInstances } from '../../src/decode/json.ts';
import { openInstances } from '../../src/decode/json-slices.ts';
import { decodeNdjson } from '../../src/decode/ndjson.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { ScorerError } from '../../src/errors.ts';
import { nameColumns } from '../../src/features/column-arrays.ts';
import { type CsvPlan, encodeRecords, planCsv } from '../../src/features/csv.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import type { EncodedRows } from '../../src/features/rows.ts';
import type { FeatureSchema } from '../../src/features/schema.ts';

/** Some consecutive rows of a body. */
export interface BodySlice {
  readonly count: number;
  readonly encoded: EncodedRows;
  /** The physical line of a row of the slice, where the body has lines. */
  readonly lineOf?: (row: number) => number;
}

/** A body, its rows some at a time. */
export interface SlicedBody {
  readonly slices: Iterable<BodySlice>;
  /** A JSON document's own; empty elsewhere. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** True for one instance that stands alone. */
  readonly single: boolean;
}

/** What is decoded, encoded and scored between two turns of the event loop: a few milliseconds. */
const SLICE = { maxRows: 500, maxBytes: 64 * 1024 };

/** JSON bodies up to here are decoded as a whole. */
export const WHOLE_BYTES = 2 * SLICE.maxBytes;

/**
 * Slices a body of JSON, NDJSON or CSV. Slices are decoded as they are asked for.
 *
 * @param isVertex whether arrays in a JSON body are read as Vertex AI writes them
 * @throws ScorerError, here or where a slice is asked for, for a body that can't be scored as a whole
 */
export function sliceBody(
  kind: 'json' | 'ndjson' | 'csv',
  body: Uint8Array,
  schema: FeatureSchema,
  isVertex: boolean,
): SlicedBody {
  if (kind === 'json') {
    return sliceJson(body, (values) =>
      encodeInstances(schema, isVertex ? nameColumns(schema, values) : values),
    );
  }
  const slices = kind === 'csv' ? sliceCsv(body, schema) : sliceLines(body, schema);
  return { slices, parameters: {}, single: false };
}

type EncodeValues = (values: readonly unknown[]) => EncodedRows;

function sliceJson(body: Uint8Array, encode: EncodeValues): SlicedBody {
  const opened = body.length > WHOLE_BYTES ? openInstances(body, SLICE) : undefined;
  if (opened === undefined) {
    const { values, parameters, single } = decodeInstances(decodeUtf8(body, 'The body'), 'The body');
    return { slices: encodeSlices(values, encode), parameters, single };
  }
  const { parameters, slices } = opened;
  return { slices: encodeOpened(body, slices, encode), parameters, single: false };
}

function* encodeSlices(values: readonly unknown[], encode: EncodeValues): Generator<BodySlice, void> {
  for (let start = 0; start < values.length; start += SLICE.maxRows) {
    const some = values.slice(start, start + SLICE.maxRows);
    yield { count: some.length, encoded: encode(some) };
  }
}

function* encodeOpened(
  body: Uint8Array,
  slices: Iterable<readonly unknown[] | undefined>,
  encode: EncodeValues,
): Generator<BodySlice, void> {
  for (const values of slices) {
    if (values === undefined) {
      decodeInstances(decodeUtf8(body, 'The body'), 'The body'); // says what is wrong with it, and where
      throw new ScorerError('The body is not valid JSON.', { code: 'INVALID_JSON' });
    }
    yield { count: values.length, encoded: encode(values) };
  }
}

function* sliceLines(body: Uint8Array, schema: FeatureSchema): Generator<BodySlice, void> {
  for (const { values, failures } of decodeNdjson(body, SLICE)) {
    yield { count: values.length, encoded: encodeInstances(schema, values, failures) };
  }
}

function* sliceCsv(body: Uint8Array, schema: FeatureSchema): Generator<BodySlice, void> {
  const reader = createCsvReader(schema.csv);
  let plan: CsvPlan | undefined;
  const toSlice = (records: ReturnType<typeof reader.end>): BodySlice | undefined => {
    if (reader.header === undefined) return undefined;
    plan ??= planCsv(schema, reader.header.names);
    const lineOf = (row: number): number => records[row]?.line ?? 0;
    return { count: records.length, encoded: encodeRecords(plan, records), lineOf };
  };
  for (let start = 0; start < body.length; start += SLICE.maxBytes) {
    const slice = toSlice(reader.push(body.subarray(start, start + SLICE.maxBytes)));
    if (slice !== undefined) yield slice;
  }
  const last = toSlice(reader.end());
  if (last !== undefined) yield last;
}
