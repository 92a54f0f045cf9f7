// CSV documents with what makes their cutting into shards hard: quoted line ends, rows that look like others within
// quotes, blank lines, bad rows.
import { createRandom, type Random } from '../../simulation/random.ts';

/** A document, and how its rows come out. */
export interface TestCsv {
  readonly text: string;
  readonly rows: { readonly read: number; readonly scored: number; readonly failed: number };
}

const AIRLINES = ['Grupo LATAM', 'Sky Airline', 'K.L.M.', 'Avianca', '"Air France"'];

/** One in so many rows fails, or has a note of several lines, or follows a blank line. */
const BAD = 9;
const NOTED = 5;
const BLANK = 31;

/** Makes a document of the shipped model's columns between two that pass through. */
export function makeCsv({ rows, seed }: { readonly rows: number; readonly seed: number }): TestCsv {
  const random = createRandom(seed);
  let failed = 0;
  let text = 'id,OPERA,TIPOVUELO,MES,note\n';
  for (let row = 0; row < rows; row += 1) {
    const isBad = random.isHit(1 / BAD);
    if (isBad) failed += 1;
    if (random.isHit(1 / BLANK)) text += '\n';
    const columns = isBad ? random.pick(['nobody,I,7', 'K.L.M.,X,1', 'Avianca,N,13']) : toColumns(random);
    text += `${row},${columns},${toNote(random, row)}\n`;
  }
  return { text, rows: { read: rows, scored: rows - failed, failed } };
}

function toColumns(random: Random): string {
  return `${random.pick(AIRLINES)},${random.pick(['I', 'N'])},${random.between(1, 12)}`;
}

/** Now and then a note that holds what looks like rows, long enough to go over the end of a small shard. */
function toNote(random: Random, row: number): string {
  if (!random.isHit(1 / NOTED)) return `día ${row}`;
  const line = `${row},Grupo LATAM,I,7,a ""quoted"" row`;
  return `"${Array.from({ length: random.between(1, 6) }, () => line).join('\n')}"`;
}
