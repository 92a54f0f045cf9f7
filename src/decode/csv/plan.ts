import type { FieldProblem } from '../../errors.ts';

/**
 * How a field's bytes become a number of the model's one float32 matrix, where that takes no text:
 * what {@link PlannedField.write} does with the same field, and nothing else.
 */
export type ByteRule =
  | {
      readonly kind: 'number';
      /** Its place in a row of the matrix. */
      readonly offset: number;
      /** Bounds, both taken; a number beyond them is for {@link PlannedField.write}, as is all that is no plain number. */
      readonly min: number;
      readonly max: number;
      readonly integer: boolean;
    }
  | {
      readonly kind: 'category';
      /** The texts that are known; each writes one number. */
      readonly texts: readonly string[];
      readonly offsets: readonly number[];
      readonly values: readonly number[];
    };

/** A field that the model reads. */
export interface PlannedField<Frame> {
  /** Its place in a record, from 0. */
  readonly field: number;
  readonly rule: ByteRule | undefined;
  /**
   * Writes the field into a row of the frame, which is empty there.
   *
   * @param text latin1, as {@link CsvRecord.fields} holds it
   * @returns what is wrong with it, undefined when nothing
   */
  write(text: string, frame: Frame, row: number): FieldProblem | undefined;
}

/**
 * How the fields of one CSV document become the features of one model: made once, from its header.
 * `Frame` is what features write rows into; decoding only hands it on.
 */
export interface ColumnPlan<Frame> {
  /** Fields a record must have. */
  readonly columnCount: number;
  /** The fields that the model reads, ascending by place. */
  readonly fields: readonly PlannedField<Frame>[];
  /** Whether spaces and tabs around a field that is not quoted are no part of it. */
  readonly trim: boolean;
  /**
   * Writes one record's features into an empty row of the frame.
   *
   * @param fields as {@link CsvRecord.fields}; those that the plan does not read may be anything
   * @returns what is wrong with the record; empty when nothing, and only then is the row complete
   */
  encode(fields: readonly string[], frame: Frame, row: number): readonly FieldProblem[];
}

/** A frame that bytes are scanned into. */
export interface ScannedFrame {
  /** The model's one float32 matrix, row-major; undefined where it takes something else. */
  readonly floats: Float32Array | undefined;
  /** Numbers a row of {@link floats}. */
  readonly width: number;
  /** Makes a row zeros and empty texts again. */
  clearRow(row: number): void;
}
