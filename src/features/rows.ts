import type { FieldProblem, RowFailure } from '../errors.ts';
import type { Frame } from './frame.ts';
import { FrameWriter } from './frame-writer.ts';
import type { FeatureSchema } from './schema.ts';

/** Rows ready to run, and the rows that gave none. */
export interface EncodedRows {
  readonly frame: Frame;
  /** For each row of `frame`, its place in the input, from 0; ascending. */
  readonly rows: readonly number[];
  /** The rows of the input that are not in `frame`; ascending. */
  readonly failures: readonly RowFailure[];
  /**
   * For each row of `frame` what comes back with its prediction, as a JSON object's text; undefined for a
   * row that has none of it. Empty when the manifest asks for nothing.
   */
  readonly passthrough: readonly (string | undefined)[];
}

/** Of one row, so many problems are told: enough to mend it, few enough to read and to keep. */
export const MAX_PROBLEMS_PER_ROW = 20;

/** How the rows of one input are encoded. */
export interface RowEncoder {
  /** Writes the features of a row of the input into an empty row of the frame, and returns what is wrong with it. */
  encode(row: number, frame: FrameWriter, frameRow: number): readonly FieldProblem[];
  /** What a row of the input hands on, as JSON; asked for only when the manifest asks for something. */
  passthrough(row: number): string | undefined;
}

/** Encodes rows one after the other; a row with problems takes no place in the frame. */
export function encodeRows(schema: FeatureSchema, count: number, encoder: RowEncoder): EncodedRows {
  const writer = new FrameWriter(schema.inputs, count);
  const rows: number[] = [];
  const failures: RowFailure[] = [];
  for (let row = 0; row < count; row += 1) {
    const problems = encoder.encode(row, writer, rows.length);
    const first = problems[0];
    if (first === undefined) {
      rows.push(row);
    } else {
      writer.clearRow(rows.length);
      failures.push({ row, problems: [first, ...problems.slice(1)] });
    }
  }
  const passthrough = schema.passthrough.length === 0 ? [] : rows.map((row) => encoder.passthrough(row));
  return { frame: writer.frame(rows.length), rows, failures, passthrough };
}
