// The requests of the table on the paths and in the types where JSON instances come, too.
import { REQUESTS, type RequestRow } from './bad-requests.ts';
import { VERTEX_PATH } from './fronts.ts';

const JSON_TYPE = 'application/json';
const own = REQUESTS.filter(({ type, path }) => type === JSON_TYPE && path === undefined);

/** What is sent as JSON, to the path of Vertex AI. */
export const VERTEX: readonly RequestRow[] = own.map((row) => ({
  ...row,
  why: `${row.why}, to Vertex AI's path`,
  path: VERTEX_PATH,
}));

/** What is said of a line, where a document is told something else: a line is always one instance. */
const OF_LINES: Readonly<Record<string, string>> = {
  'JSON null': 'INVALID_INSTANCE',
  'a JSON number': 'INVALID_INSTANCE',
  'a JSON string': 'INVALID_INSTANCE',
  'arrays nested 10,000 deep': 'WRONG_FEATURE_COUNT',
  'an instance nested 10,000 deep': 'MISSING_COLUMN',
  'a form under a JSON type': 'expected one JSON value',
  'no instances': 'MISSING_COLUMN',
  'instances that are no array': 'MISSING_COLUMN',
  'an array of arrays': 'WRONG_FEATURE_COUNT',
  'an unknown on_error': 'MISSING_COLUMN',
};

/** What is sent as JSON, as a line of NDJSON. */
export const LINES: readonly RequestRow[] = own.map(({ why, body, status, says }) => ({
  ...{ why: `${why}, as a line`, type: 'application/x-ndjson', body, status },
  says: OF_LINES[why] ?? says,
}));
