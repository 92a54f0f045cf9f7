import type { ContenderName } from './contenders.ts';
import type { RowKind } from './csv-text.ts';

/** Contenders that take turns on one input. */
export interface Comparison {
  readonly name: string;
  readonly kind: RowKind;
  /** What the input is, in words. */
  readonly what: string;
  /** Where it comes from. @default 'file' */
  readonly from?: 'file' | 'gzip' | 'storage';
  /** The shipped linear model, or 100 trees. @default 'linear' */
  readonly model?: 'linear' | 'trees';
  /** How many times `--rows` it has. @default 1 */
  readonly times?: number;
  readonly contenders: readonly ContenderName[];
  /** Whether it runs unasked, with `--long`, or with `--gb`, which then says its size. @default 'always' */
  readonly when?: 'always' | 'long' | 'gb';
}

const WHOLE = ['ours', 'polars', 'polars-stream', 'pandas'] as const;
const TWO = ['polars-two', 'pandas-two'] as const;

/** All comparisons, in the order in which they run. */
export const COMPARISONS: readonly Comparison[] = [
  {
    name: 'onehot',
    kind: 'onehot',
    what: "the model's 37 features as columns, 0 or 1",
    contenders: [...WHOLE, 'csv-parse', ...TWO],
  },
  {
    name: 'raw',
    kind: 'raw',
    what: 'flights of 18 columns, three of which are categories that the model takes',
    contenders: [...WHOLE, 'csv-parse', ...TWO],
  },
  {
    name: 'floats',
    kind: 'floats',
    what: '37 numbers such as -0.123456',
    times: 0.3,
    contenders: [...WHOLE, 'csv-parse', ...TWO],
  },
  {
    name: 'quoted-one',
    kind: 'quoted-one',
    what: 'raw flights, one field of every row between quotes',
    contenders: [...WHOLE, ...TWO],
  },
  {
    name: 'quoted-all',
    kind: 'quoted-all',
    what: 'raw flights, every field between quotes',
    contenders: [...WHOLE, ...TWO],
  },
  {
    name: 'quoted-1pct',
    kind: 'quoted-1pct',
    what: 'raw flights, one row in a hundred with quotes, a comma and a line end between quotes',
    contenders: [...WHOLE, 'csv-parse', ...TWO],
  },
  ...(['onehot', 'raw', 'floats'] as const).map((kind) => ({
    name: `${kind}-gzip`,
    kind,
    what: `the rows of ${kind}, in a file compressed with gzip`,
    from: 'gzip' as const,
    times: kind === 'floats' ? 0.3 : 1,
    contenders: ['ours', 'polars', 'pandas', 'gunzip', 'zlib'] as const,
  })),
  ...(['onehot', 'raw'] as const).map((kind) => ({
    name: `${kind}-storage`,
    kind,
    what: `the rows of ${kind}, from a Cloud Storage server on this machine`,
    from: 'storage' as const,
    contenders: ['ours', 'download', 'sdkDownload'] as const,
  })),
  ...(['raw', 'floats'] as const).map((kind) => ({
    name: `${kind}-trees`,
    kind,
    what: `the rows of ${kind}, scored by 100 trees of depth 6`,
    model: 'trees' as const,
    times: kind === 'floats' ? 0.3 : 1,
    contenders: [...WHOLE, ...TWO],
  })),
  ...(['onehot', 'raw'] as const).map((kind) => ({
    name: `${kind}-long`,
    kind,
    what: `the rows of ${kind}, five times as many`,
    times: 5,
    contenders: ['ours', 'polars', 'polars-stream', 'polars-two'] as const,
    when: 'long' as const,
  })),
  {
    name: 'raw-trees-long',
    kind: 'raw',
    what: 'five times the rows of raw, scored by 100 trees in two threads and in one',
    model: 'trees',
    times: 5,
    contenders: ['ours', 'ours-one'],
    when: 'long',
  },
  {
    name: 'memory',
    kind: 'raw',
    what: 'raw flights, in a file of the size that --gb says',
    contenders: ['ours', 'polars', 'polars-stream', 'pandas-stream'],
    when: 'gb',
  },
];
