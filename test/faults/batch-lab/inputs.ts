import { gzipSync } from 'node:zlib';
import { makeCsv } from './csv.ts';
import type { InputKind } from './trouble.ts';

/** A document to drop, and how it is cut. */
export interface Input {
  readonly bytes: Buffer;
  /** The same with one row more. */
  readonly longer: Buffer;
  /** The object's ending. */
  readonly ending: '.csv' | '.csv.gz';
  readonly shardBytes: number;
  readonly maxFailedRatio?: number;
  /** Whether its job succeeds. */
  readonly succeeds: boolean;
}

const SMALL = Buffer.from(makeCsv({ rows: 40, seed: 3 }).text);
const WIDE = Buffer.from(makeCsv({ rows: 400, seed: 4 }).text);

/** More than one group of markers, and a tree of composes. */
const MANY_SHARDS = 34;

const ROW = Buffer.from('new,K.L.M.,I,1,new\n');

const MAKERS: Readonly<Record<InputKind, () => Input>> = {
  'one shard': () => cut(SMALL, 1),
  'three shards': () => cut(SMALL, 3),
  'many shards': () => cut(WIDE, MANY_SHARDS),
  gzip: () => ({
    bytes: gzipSync(SMALL),
    longer: Buffer.concat([SMALL, ROW].map((member) => gzipSync(member))),
    ending: '.csv.gz',
    shardBytes: 500,
    succeeds: true,
  }),
  'too many failures': () => ({ ...cut(SMALL, 3), maxFailedRatio: 0.01, succeeds: false }),
  'no header': () => ({ ...cut(Buffer.from('1,2\n3,4\n'), 1), succeeds: false }),
};

/** Makes the document of a kind; each time the same. */
export function makeInput(kind: InputKind): Input {
  return MAKERS[kind]();
}

function cut(bytes: Buffer, shards: number): Input {
  return {
    bytes,
    longer: Buffer.concat([bytes, ROW]),
    ending: '.csv',
    shardBytes: Math.ceil(bytes.length / shards),
    succeeds: true,
  };
}
