import type { CsvDialect } from '../decode/csv/dialect.ts';

/** How CSV is read for a model. */
export interface CsvSettings {
  /** Texts that count as missing in the model's columns, beside the empty one. */
  readonly missingValues: ReadonlySet<string>;
  /** What separates fields; undefined to find it in the header. */
  readonly delimiter: CsvDialect['delimiter'] | undefined;
  /** Whether spaces and tabs around a value that is not quoted are no part of it. */
  readonly trim: boolean;
}

/** Without a word of the manifest. */
export const USUAL_CSV: CsvSettings = { missingValues: new Set(), delimiter: undefined, trim: true };
