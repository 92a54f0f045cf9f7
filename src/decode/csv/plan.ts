import type { FieldProblem } from '../../errors.ts';

/**
 * How the fields of one CSV document become the features of one model: made once, from its header.
 * `Frame` is what features write rows into; decoding only hands it on.
 */
export interface ColumnPlan<Frame> {
  /** Fields a record must have. */
  readonly columnCount: number;
  /**
   * Writes one record's features into an empty row of the frame.
   *
   * @param fields as {@link CsvRecord.fields}
   * @returns what is wrong with the record; empty when nothing, and only then is the row complete
   */
  encode(fields: readonly string[], frame: Frame, row: number): readonly FieldProblem[];
}
