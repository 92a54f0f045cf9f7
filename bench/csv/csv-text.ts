// The text of the data sets, the same for the same seed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDraw, type Draw } from './draw.ts';
import { drawFeatures, drawFlight, FLIGHT_COLUMNS, monthOf } from './flights.ts';

/** What the rows of a data set are like. */
export type RowKind = 'onehot' | 'raw' | 'floats' | 'quoted-one' | 'quoted-all' | 'quoted-1pct';

/** The folder of the flight-delay model, for whose columns or features all data sets are made. */
export const FLIGHT_DELAY = join(import.meta.dirname, '../../model-files/flight-delay');

interface Manifest {
  readonly columns: readonly { readonly name: string; readonly categories: readonly (string | number)[] }[];
  readonly features: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(FLIGHT_DELAY, 'manifest.json'), 'utf8')) as Manifest;
const SEED = 1;
const CHUNK_CHARACTERS = 1 << 18;
const OPERA = FLIGHT_COLUMNS.indexOf('OPERA');
const CITY = FLIGHT_COLUMNS.indexOf('SIGLADES');
const THOUSAND = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

/** Columns of each kind, and how a row of it is drawn. */
const KINDS: Readonly<
  Record<RowKind, { readonly columns: readonly string[]; readonly toRow: (draw: Draw) => string }>
> = {
  onehot: { columns: manifest.features, toRow: createOneHotRow() },
  raw: { columns: FLIGHT_COLUMNS, toRow: (draw) => drawFlight(draw).join(',') },
  floats: { columns: manifest.features, toRow: drawFloats },
  'quoted-one': {
    columns: FLIGHT_COLUMNS,
    toRow: (draw) => quoteAt(drawFlight(draw), OPERA).join(','),
  },
  'quoted-all': { columns: FLIGHT_COLUMNS, toRow: (draw) => `"${drawFlight(draw).join('","')}"` },
  'quoted-1pct': { columns: FLIGHT_COLUMNS, toRow: drawSeldomQuoted },
};

/** A data set as text: its header line, then so many rows, in pieces of some 256 KiB. */
export function* toCsvText(kind: RowKind, rows: number, seed = SEED): Generator<string, void> {
  const { columns, toRow } = KINDS[kind];
  const draw = createDraw(seed);
  let text = `${columns.join(',')}\n`;
  for (let row = 0; row < rows; row += 1) {
    text += `${toRow(draw)}\n`;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** A flight's 37 features: a 1 at its airline, its type and its month. */
function createOneHotRow(): (draw: Draw) => string {
  const [airlines, types, months] = manifest.columns.map(({ categories }) => toOneHotTexts(categories));
  return (draw) => {
    const { airline, type, day } = drawFeatures(draw);
    return `${airlines?.get(airline.name)},${types?.get(type)},${months?.get(monthOf(day))}`;
  };
}

/** The fields of one column, for each of its categories. */
function toOneHotTexts(categories: readonly (string | number)[]): ReadonlyMap<string, string> {
  const zeros = categories.map(() => 0);
  return new Map(categories.map((category, place) => [String(category), zeros.with(place, 1).join(',')]));
}

/** As many numbers as there are features, such as -0.123456. */
function drawFloats(draw: Draw): string {
  let row = '';
  for (let feature = 0; feature < manifest.features.length; feature += 1) {
    const sign = draw(2) === 0 ? '' : '-';
    row += `${feature === 0 ? '' : ','}${sign}0.${THOUSAND[draw(1000)]}${THOUSAND[draw(1000)]}`;
  }
  return row;
}

/** A flight that, one time in a hundred, has everything between quotes that may stand there. */
function drawSeldomQuoted(draw: Draw): string {
  const fields = drawFlight(draw);
  const isQuoted = draw(100) === 0;
  return (isQuoted ? fields.with(CITY, `"${fields[CITY]}, ""alternate""\nsee the note"`) : fields).join(',');
}

function quoteAt(fields: readonly string[], place: number): string[] {
  return fields.with(place, `"${fields[place]}"`);
}
