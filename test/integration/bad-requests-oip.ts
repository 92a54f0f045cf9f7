import type { RequestRow } from './bad-requests.ts';

const INFER = '/v2/models/flight-delay/infer';
const JSON_TYPE = 'application/json';
const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
const deep = '['.repeat(10_000) + ']'.repeat(10_000);

/** Malformed JSON and scalars under a JSON type never reach a function that has only the framework in front. */
const HTML_400 = 400;

const bad = (why: string, body: string | Uint8Array, says: string, withoutListener?: number): RequestRow => ({
  why: `${why}, as an inference`,
  type: JSON_TYPE,
  path: INFER,
  body,
  status: 400,
  says,
  ...(withoutListener === undefined ? {} : { withoutListener }),
});
const good = (why: string, body: string): RequestRow => ({
  ...bad(why, body, '"name":"label","datatype":"INT64","shape":[1],"data":[1]'),
  status: 200,
});

const matrix = (data: readonly unknown[], change: object = {}): string =>
  JSON.stringify({
    inputs: [{ name: 'features', datatype: 'FP64', shape: [1, data.length], data, ...change }],
  });
const one = (value: unknown, datatype: string): string => matrix([value, ...ones(36)], { datatype });
const text = (first: string): string => matrix(ones(37)).replace('[1,1', `[${first},1`);
const flight = (change: object): string =>
  JSON.stringify({
    inputs: Object.entries({ OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7, ...change }).map(
      ([name, value]) => ({
        name,
        datatype: typeof value === 'number' ? 'INT64' : 'BYTES',
        shape: [1],
        data: [value],
      }),
    ),
  });

/** Inferences of the shipped model. */
export const INFERENCES: readonly RequestRow[] = [
  bad('an empty body', '', 'EMPTY_BODY'),
  bad('truncated JSON', '{"inputs":[', 'INVALID_JSON', HTML_400),
  bad('JSON null', 'null', 'INVALID_REQUEST', HTML_400),
  bad('a JSON number', '7', 'INVALID_REQUEST', HTML_400),
  bad('an array', '[]', 'expected an object with \\"inputs\\"'),
  bad('arrays nested 10,000 deep', deep, 'INVALID_REQUEST'),
  bad('data nested 10,000 deep', matrix([]).replace('[]', deep), 'INVALID_REQUEST'),
  bad('no inputs', '{}', 'INVALID_REQUEST'),
  bad('inputs by the key __proto__', '{"__proto__":{"inputs":[]}}', '\\"inputs\\" is undefined'),
  bad('a category by the key __proto__', flight({}).replace('OPERA', '__proto__'), 'MISSING_COLUMN'),
  good('duplicate keys: the last counts', flight({}).replace('{"inputs"', '{"inputs":7,"inputs"')),
  bad('36 features', matrix(ones(36)), 'expected [n, 37]'),
  bad('38 features', matrix(ones(38)), 'expected [n, 37]'),
  bad('a string in a feature', one('1', 'FP32'), 'INVALID_VALUE'),
  bad(
    'text as the datatype of features',
    matrix(ones(37).map(String), { datatype: 'BYTES' }),
    'INVALID_VALUE',
  ),
  bad('a boolean in a feature', one(true, 'FP32'), 'INVALID_VALUE'),
  bad('null in a feature', one(null, 'FP32'), 'MISSING_VALUE'),
  bad('NaN in a feature', text('NaN'), 'JSON has no NaN', HTML_400),
  bad('1e999 in a feature', text('1e999'), 'OUT_OF_RANGE'),
  bad('1e39, beyond float32', one(1e39, 'FP64'), 'OUT_OF_RANGE'),
  bad('1e39 as FP32', one(1e39, 'FP32'), '(FP32), got 1e+39'),
  bad('half a unit as INT8', one(0.5, 'INT8'), '(INT8), got 0.5'),
  bad('an integer of 64 bits', text('9007199254740993').replace('FP64', 'INT64'), 'OUT_OF_RANGE'),
  bad('a column in another case', flight({}).replace('OPERA', 'opera'), 'nearest: \\"opera\\"'),
  bad('a category with a typing error', flight({ OPERA: 'Grupo LATAN' }), '"nearest":"Grupo LATAM"'),
  bad('an unknown category', flight({ MES: 13 }), 'UNKNOWN_CATEGORY'),
  bad('month 0', flight({ MES: 0 }), 'expected 1 to 12, got 0'),
  good('month 7 as text', flight({ MES: '7' })),
  good('month 7 as a number with a point', flight({}).replace('"INT64"', '"FP32"').replace('[7]', '[7.0]')),
  bad('another column', flight({ NOTE: 'x' }), 'There is no input \\"NOTE\\"'),
  bad('invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'INVALID_ENCODING'),
  bad('a form under a JSON type', 'x=[1]', 'The body is a form', HTML_400),
  { ...bad('another type', '<x/>', 'UNSUPPORTED_MEDIA_TYPE'), type: 'text/xml', status: 415 },
  { ...bad('another model', flight({}), 'NOT_FOUND'), path: '/v2/models/other/infer', status: 404 },
];
