// The files of the data sets, made when they are first asked for: in .cache/bench-csv, which git ignores.
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type RowKind, toCsvText } from './csv-text.ts';

/** Where files of the benchmark are kept. */
export const CACHE = join(import.meta.dirname, '../../.cache/bench-csv');

/** Raw flights take so much each; near enough to say how many make a file of a size. */
export const RAW_ROW_BYTES = 125;

/** The path of a data set with so many rows; the file is made unless it is there. */
export async function prepareDataSet(kind: RowKind, rows: number): Promise<string> {
  return makeOnce(`${kind}-${rows}.csv`, async (path) => {
    const file = await open(path, 'w');
    try {
      for (const text of toCsvText(kind, rows)) await file.write(text);
    } finally {
      await file.close();
    }
  });
}

/** The path of the same file, compressed as `gzip` does. */
export async function prepareGzip(kind: RowKind, rows: number): Promise<string> {
  const plain = await prepareDataSet(kind, rows);
  return makeOnce(`${kind}-${rows}.csv.gz`, (path) =>
    pipeline(createReadStream(plain), createGzip(), createWriteStream(path)),
  );
}

/** Whole or not at all: a file that was not finished has another name. */
async function makeOnce(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(CACHE, name);
  if (existsSync(path)) return path;
  process.stderr.write(`Making ${name}, once.\n`);
  await mkdir(CACHE, { recursive: true });
  const making = `${path}.${process.pid}`;
  await make(making);
  await rename(making, path);
  return path;
}
