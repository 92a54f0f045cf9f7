/** One request to the prediction function, and what it must answer. */
export interface RequestRow {
  readonly why: string;
  readonly type?: string;
  readonly body: string | Uint8Array;
  readonly path?: string;
  readonly status: number;
  /** The code of the answer, or a part of its text. */
  readonly says: string;
  /** What the framework's own listener does with it instead, where that differs: its status. */
  readonly withoutListener?: number;
}

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const CSV = 'text/csv';
const LATAM = { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 };
const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
const one = (value: unknown, count = 36): string => JSON.stringify({ x: [value, ...ones(count)] });
const flight = (change: object): string => JSON.stringify({ ...LATAM, ...change });
const deep = '['.repeat(10_000) + ']'.repeat(10_000);
const json = (
  why: string,
  body: string | Uint8Array,
  status: number,
  says: string,
  withoutListener?: number,
): RequestRow => ({
  why,
  type: JSON_TYPE,
  body,
  status,
  says,
  ...(withoutListener === undefined ? {} : { withoutListener }),
});
const csv = (
  why: string,
  body: string | Uint8Array,
  status: number,
  says: string,
  path = '/',
): RequestRow => ({ why, type: CSV, body, status, says, path });

const header = 'OPERA,TIPOVUELO,MES';
const good = 'Grupo LATAM,I,7';

/** Malformed JSON and scalars under a JSON type never reach a function that has only the framework in front. */
const HTML_400 = 400;

export const REQUESTS: readonly RequestRow[] = [
  { why: 'an empty body', type: JSON_TYPE, body: '', status: 400, says: 'EMPTY_BODY' },
  json('truncated JSON', '{"instances":[', 400, 'INVALID_JSON', HTML_400),
  json('JSON null', 'null', 400, 'INVALID_REQUEST', HTML_400),
  json('a JSON number', '7', 400, 'INVALID_REQUEST', HTML_400),
  json('a JSON string', '"x"', 400, 'INVALID_REQUEST', HTML_400),
  json('arrays nested 10,000 deep', deep, 400, 'INVALID_REQUEST'),
  json('an instance nested 10,000 deep', `{"instances":[${deep}]}`, 400, 'WRONG_FEATURE_COUNT'),
  json(
    'the key __proto__',
    '{"__proto__":{"OPERA":"Grupo LATAM"},"TIPOVUELO":"I","MES":7}',
    400,
    'MISSING_COLUMN',
  ),
  json('the key constructor', flight({ constructor: { prototype: 1 } }), 200, '"label":1'),
  json(
    'duplicate keys: the last counts',
    '{"OPERA":"nobody","OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}',
    200,
    '"label":1',
  ),
  json('36 features', JSON.stringify(ones(36)), 400, 'WRONG_FEATURE_COUNT'),
  json('38 features', JSON.stringify(ones(38)), 400, 'expected 37 features, got 38'),
  json('a string in a feature', one('1'), 400, 'INVALID_VALUE'),
  json('a boolean in a feature', one(true), 400, 'INVALID_VALUE'),
  json('null in a feature', one(null), 400, 'MISSING_VALUE'),
  json('NaN in a feature', `{"x":[NaN${',1'.repeat(36)}]}`, 400, 'JSON has no NaN', HTML_400),
  json('1e999 in a feature', `{"x":[1e999${',1'.repeat(36)}]}`, 400, 'OUT_OF_RANGE'),
  json('1e39, beyond float32', one(1e39), 400, 'OUT_OF_RANGE'),
  json('a missing column', '{"opera":"Grupo LATAM","TIPOVUELO":"I","MES":7}', 400, '"nearest":"opera"'),
  json('a missing feature', JSON.stringify({ 'OPERA_Air Canada': 1 }), 400, 'MISSING_FEATURE'),
  json('an unknown category', flight({ OPERA: 'Grupo LATAN' }), 400, '"nearest":"Grupo LATAM"'),
  json('month 0', flight({ MES: 0 }), 400, 'expected 1 to 12, got 0'),
  json('month 13', flight({ MES: 13 }), 400, 'UNKNOWN_CATEGORY'),
  json('month 7 as text', flight({ MES: '7' }), 200, '"label":1'),
  json('month 7.0', '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7.0}', 200, '"label":1'),
  json('invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, 'INVALID_ENCODING'),
  json(
    'a form under a JSON type',
    'x=[1]',
    400,
    'The body is a form, but Content-Type says application/json',
    HTML_400,
  ),
  json('no instances', '{"instances":[]}', 400, 'INVALID_REQUEST'),
  json('instances that are no array', '{"instances":{}}', 400, 'INVALID_REQUEST'),
  json('an array of arrays', '[[1],[2]]', 400, 'wrap it as'),
  json(
    'an unknown on_error',
    `{"instances":[[1]],"parameters":{"on_error":"skip"}}`,
    400,
    '"on_error\\" is \\"skip',
  ),
  {
    why: 'an unknown on_error in the query, whatever the body is',
    type: JSON_TYPE,
    body: flight({}),
    path: '/?on_error=skip',
    status: 400,
    says: '"on_error\\" is \\"skip',
  },
  {
    why: 'JSON under a form type',
    type: FORM,
    body: flight({}),
    status: 400,
    says: 'The body is JSON, but Content-Type says',
  },
  { why: 'a type that is none', type: 'text/xml', body: '<x/>', status: 415, says: 'UNSUPPORTED_MEDIA_TYPE' },
  {
    why: 'another charset',
    type: 'application/json; charset=utf-16',
    body: flight({}),
    status: 415,
    says: 'UTF-8',
    withoutListener: 400,
  },
  { why: 'x twice', type: FORM, body: 'x=[1]&x=[2]', status: 400, says: 'error_message' },
  { why: 'no x', type: FORM, body: 'y=[1]', status: 400, says: 'no field \\"x\\"' },
  {
    why: 'a plus in a number of a form',
    type: FORM,
    body: `x=[1e+0${',1'.repeat(36)}]`,
    status: 400,
    says: 'send %2B',
  },
  {
    why: 'a path that is none',
    body: flight({}),
    type: JSON_TYPE,
    path: '/nope',
    status: 404,
    says: 'NOT_FOUND',
  },
  csv(
    'a byte order mark',
    `\ufeff${header}\n${good}\n`,
    200,
    'label,probability\nGrupo LATAM,I,7,1,0.72130173\n',
  ),
  csv('CRLF', `${header}\r\n${good}\r\n`, 200, 'Grupo LATAM,I,7,1,0.72130173\r\n'),
  csv(
    'quotes and a newline in a field',
    `note,${header}\n"a ""b""\nc",${good}\n`,
    200,
    '"a ""b""\nc",Grupo LATAM,I,7,1,',
  ),
  csv('a short row', `${header}\nGrupo LATAM,I\n`, 400, 'WRONG_FIELD_COUNT'),
  csv(
    'a long row',
    `${header}\n${good},8\n`,
    400,
    'expected 3 fields, as the header has (a field that holds the separator must be quoted), got 4',
  ),
  csv('no header', `${good}\n`, 400, 'MISSING_COLUMN'),
  csv('a header alone', `${header}\n`, 200, 'OPERA,TIPOVUELO,MES,label,probability\n'),
  csv('an empty file', '\n\n', 400, 'EMPTY_FILE'),
  csv('extra columns', `id,${header},id2\n1,${good},2\n`, 200, '1,Grupo LATAM,I,7,2,1,0.72130173'),
  csv('a model column named twice', `${header},MES\n${good},8\n`, 400, 'INVALID_HEADER'),
  csv('another column named twice', `a,a,${header}\n1,2,${good}\n`, 200, '1,2,Grupo LATAM,I,7,1,'),
  csv('a quote that is never closed', `${header}\n"Grupo LATAM,I,7\n${good}\n`, 400, 'MALFORMED_QUOTES'),
  csv(
    'one bad row among good ones',
    `${header}\n${good}\nnobody,I,7\n`,
    200,
    'nobody,I,7,,,"column',
    '/?on_error=partial',
  ),
];
