import { type RowFailure, ScorerError, show } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { parseJson } from './json.ts';

/** The rows of an NDJSON document, one a line; blank lines are no rows. */
export interface NdjsonRows {
  /** One JSON value a row; `undefined` where the line is not JSON (it is then in `failures`). */
  readonly values: readonly unknown[];
  /** Each row's line as it was written, without its line end. */
  readonly texts: readonly string[];
  readonly failures: readonly RowFailure[];
}

/** Splits text into lines (LF or CRLF) and parses each; a bad line fails alone. `{"x":[…]}` counts as its array. */
export function decodeNdjson(text: string): NdjsonRows {
  const texts = text
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    .filter((line) => line.trim() !== '');
  const failures: RowFailure[] = [];
  const values = texts.map((line, row) => {
    try {
      const value = parseJson(line, 'The line');
      return isObject(value) && Object.hasOwn(value, 'x') && Array.isArray(value['x']) ? value['x'] : value;
    } catch (error) {
      if (!(error instanceof ScorerError)) throw error;
      failures.push({
        row,
        problems: [
          {
            code: error.code,
            expected: 'one JSON value',
            got: `${show(line)} (${error.message.replace(/\.$/, '')})`,
          },
        ],
      });
      return undefined;
    }
  });
  return { values, texts, failures };
}
