import type { ByteRule } from '../../decode/csv/plan.ts';
import { type FieldProblem, ScorerError, show } from '../../errors.ts';
import type { FrameWriter } from '../frame-writer.ts';

/** A field's problem without its place. */
export type ValueProblem = Pick<FieldProblem, 'code' | 'expected' | 'got' | 'nearest'>;

/** How a kind of column becomes features. */
export interface ColumnKind {
  /** What it takes, in words, for errors. */
  readonly expected: string;
  /**
   * Writes the features of a value that is not missing into a row of zeros and empty texts.
   *
   * @param value a JSON value, or the text of a CSV field
   * @param fromText true when it is the text of a CSV field: numbers and booleans may then be text
   */
  write(value: unknown, fromText: boolean, frame: FrameWriter, row: number): ValueProblem | undefined;
  /** What `write` does with plain texts, for a column of one float32 input; undefined where it takes more than that. */
  readonly byteRule?: ByteRule | undefined;
  /** Writes NaN; undefined when the features can't hold it. */
  readonly writeNaN: ((frame: FrameWriter, row: number) => void) | undefined;
}

/** A manifest's mistake about a column. */
export function columnInvalid(name: string, problem: string): ScorerError {
  return new ScorerError(`The manifest's column ${show(name)} ${problem}.`, { code: 'MODEL_INVALID' });
}
