// Bodies for every door of the prediction function: good ones, bad ones, and good ones with something broken.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import { mutate } from '../mutations.ts';
import { makeDocument } from './documents.ts';
import type { Random } from './random.ts';

/** A body and what its request says of it. */
export interface FuzzBody {
  readonly type: string | undefined;
  readonly encoding: string | undefined;
  readonly bytes: Buffer;
}

const COLUMNS: readonly ColumnSpec[] = [
  { name: 'OPERA', type: 'category', categories: ['Grupo LATAM', 'Sky Airline', 'K.L.M.', 'Air Canada'] },
  { name: 'TIPOVUELO', type: 'category', categories: ['I', 'N'] },
  { name: 'MES', type: 'category', categories: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
].map((column) => ({ unknown: 'error', encoding: 'one-hot', ...column }) as ColumnSpec);

const TYPES = {
  json: [
    'application/json',
    'application/json; charset=utf-8',
    'text/json',
    'application/vnd.a+json',
    undefined,
  ],
  form: ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8', undefined],
  ndjson: ['application/x-ndjson', 'application/jsonl', 'application/jsonlines'],
  csv: ['text/csv', 'text/csv; charset=utf-8', 'text/csv; header=present'],
} as const;
const ODD_TYPES = [
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=a',
  ';',
  'a/b;charset=utf-16',
  '*/*',
];

const SCALARS: readonly unknown[] = [
  ...[0, 1, -1, 0.5, 1e38, -1e39, 2 ** 63, null, true, false, '', '1', 'Grupo LATAM', 'I', 7],
  ...['\u0000', 'é', '\ud800', '__proto__', 'x'.repeat(300)],
];
const KEYS = [
  'OPERA',
  'TIPOVUELO',
  'MES',
  'x',
  'instances',
  'parameters',
  'on_error',
  'inputs',
  'id',
  'constructor',
  '__proto__',
  '',
];

/** Makes up a body. */
export function makeBody(random: Random): FuzzBody {
  const kind = random.pick(['json', 'json', 'form', 'ndjson', 'csv'] as const);
  const plain = makePlain(random, kind);
  const changed = random.chance(0.3) && plain.length > 0 ? mutate(plain, random.below(2 ** 31)) : plain;
  const type = random.chance(0.05)
    ? random.pick([...ODD_TYPES, ...Object.values(TYPES).flat()])
    : random.pick(TYPES[kind]);
  return { type, ...compress(random, changed) };
}

function makePlain(random: Random, kind: keyof typeof TYPES): Buffer {
  if (random.chance(0.02)) return Buffer.alloc(0);
  switch (kind) {
    case 'json':
      return Buffer.from(makeJson(random));
    case 'form':
      return Buffer.from(makeForm(random));
    case 'ndjson':
      return Buffer.from(
        Array.from({ length: 1 + random.below(4) }, () => JSON.stringify(makeInstance(random))).join(
          random.pick(['\n', '\r\n', '\n\n', ' ']),
        ) + random.pick(['', '\n']),
      );
    case 'csv':
      return makeDocument(random, COLUMNS, random.below(random.pick([3, 20])));
  }
}

function makeJson(random: Random): string {
  if (random.chance(0.1)) return JSON.stringify(makeValue(random, 4)) ?? 'undefined';
  if (random.chance(0.4)) return JSON.stringify(makeInstance(random));
  const instances = Array.from({ length: random.below(5) }, () => makeInstance(random));
  const onError = random.pick(['partial', 'partial', 'fail', 'skip', 1, null]);
  return JSON.stringify({ instances, ...(random.chance(0.5) ? { parameters: { on_error: onError } } : {}) });
}

function makeForm(random: Random): string {
  const x = JSON.stringify(makeFeatures(random));
  const field = random.chance(0.5) ? x : encodeURIComponent(x);
  return `${random.pick(['x', 'x', 'x', 'y'])}=${field}${random.pick(['', '', '&x=[1]', '&a=b', '&%', '%zz'])}`;
}

function makeInstance(random: Random): unknown {
  if (random.chance(0.05)) return makeValue(random, 3);
  if (random.chance(0.3)) return makeFeatures(random);
  if (random.chance(0.2)) return { x: makeFeatures(random) };
  const instance: Record<string, unknown> = {};
  for (const { name, ...spec } of COLUMNS) {
    if (random.chance(0.03)) continue;
    instance[name] =
      random.chance(0.9) && spec.type === 'category' ? random.pick(spec.categories) : random.pick(SCALARS);
  }
  if (random.chance(0.1)) instance[random.pick(KEYS)] = makeValue(random, 2);
  return instance;
}

function makeFeatures(random: Random): unknown[] {
  const count = random.chance(0.9) ? 37 : random.below(80);
  const oddness = random.pick([0, 0, 0.02]);
  return Array.from({ length: count }, () =>
    random.chance(oddness) ? random.pick(SCALARS) : random.below(2),
  );
}

function makeValue(random: Random, depth: number): unknown {
  if (depth === 0 || random.chance(0.4)) return random.pick(SCALARS);
  if (random.chance(0.5)) return Array.from({ length: random.below(5) }, () => makeValue(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: random.below(4) }, () => [random.pick(KEYS), makeValue(random, depth - 1)]),
  );
}

const CODINGS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync } as const;

function compress(random: Random, plain: Buffer): Pick<FuzzBody, 'encoding' | 'bytes'> {
  if (random.chance(0.9)) return { encoding: undefined, bytes: plain };
  const coding = random.pick(['gzip', 'br', 'deflate'] as const);
  // the least effort of brotli is a hundred times faster than its default
  const bytes = coding === 'br' ? brotliCompressSync(plain, { params: { 1: 1 } }) : CODINGS[coding](plain);
  if (random.chance(0.1)) return { encoding: coding, bytes: mutate(bytes, random.below(2 ** 31)) };
  if (random.chance(0.1)) return { encoding: random.pick(['zstd', 'gzip, gzip', 'identity', ',']), bytes };
  return { encoding: coding, bytes };
}
