import type { FieldProblem } from '../../errors.ts';

/** How the fields of one CSV document become the features of one model: made once, from its header. */
export interface ColumnPlan {
  /** Fields a record must have. */
  readonly columnCount: number;
  /** Features a record gives. */
  readonly width: number;
  /**
   * Writes one record's features into `out[offset … offset + width)`.
   *
   * @param fields as {@link CsvRecord.fields}
   * @returns what is wrong with the record; empty when nothing, and only then is `out` complete
   */
  encode(fields: readonly string[], out: Float32Array, offset: number): readonly FieldProblem[];
}
