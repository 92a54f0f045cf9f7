// Made-up flights with the columns, the form and the airlines' shares of the public file of flights that the
// flight-delay model was trained on.
import type { Draw } from './draw.ts';

/** The columns of raw flights. Three of them are the model's: TIPOVUELO, OPERA and MES. */
export const FLIGHT_COLUMNS = [
  ...['Fecha-I', 'Vlo-I', 'Ori-I', 'Des-I', 'Emp-I', 'Fecha-O', 'Vlo-O', 'Ori-O', 'Des-O', 'Emp-O'],
  ...['DIA', 'MES', 'AÑO', 'DIANOM', 'TIPOVUELO', 'OPERA', 'SIGLAORI', 'SIGLADES'],
] as const;

interface Airline {
  readonly name: string;
  readonly code: string;
  /** Of 68,206 flights. */
  readonly flights: number;
  /** Whether it also flies within the country. */
  readonly isNational: boolean;
}

interface Airport {
  readonly code: string;
  readonly city: string;
}

const AIRLINES: readonly Airline[] = [
  ...toAirlines(true, [
    ['Grupo LATAM', 'LAN', 40892],
    ['Sky Airline', 'SKU', 14298],
    ['Latin American Wings', 'LAW', 1674],
    ['JetSmart SPA', 'JAT', 1095],
  ]),
  ...toAirlines(false, [
    ['Aerolineas Argentinas', 'ARG', 1949],
    ['Copa Air', 'CMP', 1850],
    ['Avianca', 'AVA', 1152],
    ['Gol Trans', 'GLO', 806],
    ['American Airlines', 'AAL', 757],
    ['Air Canada', 'ACA', 565],
    ['Iberia', 'IBE', 362],
    ['Air France', 'AFR', 358],
    ['Delta Air', 'DAL', 358],
    ['Aeromexico', 'AMX', 351],
    ['United Airlines', 'UAL', 335],
    ['Oceanair Linhas Aereas', 'ONE', 279],
    ['Alitalia', 'AZA', 259],
    ['K.L.M.', 'KLM', 251],
    ['British Airways', 'BAW', 205],
    ['Qantas Airways', 'QFA', 195],
    ['Lacsa', 'LRC', 92],
    ['Austral', 'AUT', 74],
    ['Plus Ultra Lineas Aereas', 'PUE', 49],
  ]),
];

/** One entry a flight, so that an even draw gives the airlines' shares. */
const SHARES: readonly Airline[] = AIRLINES.flatMap((airline) => Array(airline.flights).fill(airline));

/** Percent of the flights within the country, of the airlines that have them: 54 % of all flights. */
const NATIONAL_PERCENT = 64;

const NATIONAL = toAirports(
  'SCFA Antofagasta,SCTE Puerto Montt,SCDA Iquique,SCIE Concepcion,SCCF Calama,SCQP Temuco,SCSE La Serena,' +
    'SCCI Punta Arenas,SCAR Arica,SCAT Copiapo,SCBA Balmaceda,SCVD Valdivia,SCJO Osorno,SCIP Isla de Pascua',
);
const INTERNATIONAL = toAirports(
  'KMIA Miami,SAEZ Buenos Aires,SPJC Lima,SBGR Sao Paulo,MPTO Ciudad de Panama,SKBO Bogota,SUMU Montevideo,' +
    'SBGL Rio de Janeiro,LEMD Madrid,KDFW Dallas,KJFK Nueva York,LFPG Paris,CYYZ Toronto,SAME Mendoza,' +
    'MMMX Ciudad de Mexico,SACO Cordoba,SGAS Asuncion,NZAA Auckland,EGLL Londres,MROC San Jose,LIRF Roma',
);

const WEEKDAYS = ['Domingo', 'Lunes', 'Martes', 'Miercoles', 'Jueves', 'Viernes', 'Sabado'];
const MINUTES_A_DAY = 1440;
const DAYS = 365;

interface Day {
  readonly date: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly weekday: string;
}

/** The days of 2017 and the first of 2018, on which the last flights leave. */
const CALENDAR: readonly Day[] = Array.from({ length: DAYS + 1 }, (_, index) => {
  const date = new Date(Date.UTC(2017, 0, 1 + index));
  return {
    date: date.toISOString().slice(0, 10),
    day: String(date.getUTCDate()),
    month: String(date.getUTCMonth() + 1),
    year: String(date.getUTCFullYear()),
    weekday: WEEKDAYS[date.getUTCDay()] ?? '',
  };
});
const TIMES: readonly string[] = Array.from({ length: MINUTES_A_DAY }, (_, minute) => {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}:00`;
});

/** The values of one flight that the model takes. */
export interface FlightFeatures {
  readonly airline: Airline;
  readonly type: 'I' | 'N';
  readonly day: number;
}

/** Draws what the model takes of a flight. */
export function drawFeatures(draw: Draw): FlightFeatures {
  const airline = at(SHARES, draw(SHARES.length));
  const type = airline.isNational && draw(100) < NATIONAL_PERCENT ? 'N' : 'I';
  return { airline, type, day: draw(DAYS) };
}

/** The month of a day of the year, as text. */
export function monthOf(day: number): string {
  return at(CALENDAR, day).month;
}

/** Draws a whole flight: a text for each of {@link FLIGHT_COLUMNS}. */
export function drawFlight(draw: Draw): string[] {
  const { airline, type, day } = drawFeatures(draw);
  const airports = type === 'N' ? NATIONAL : INTERNATIONAL;
  const { code, city } = at(airports, draw(airports.length));
  const number = String(1 + draw(999));
  const planned = 5 * draw(MINUTES_A_DAY / 5);
  const actual = planned + draw(60);
  const on = at(CALENDAR, day);
  const left = at(CALENDAR, day + Math.floor(actual / MINUTES_A_DAY));
  return [
    ...[`${on.date} ${at(TIMES, planned)}`, number, 'SCEL', code, airline.code],
    ...[`${left.date} ${at(TIMES, actual % MINUTES_A_DAY)}`, number, 'SCEL', code, airline.code],
    ...[on.day, on.month, on.year, on.weekday, type, airline.name, 'Santiago', city],
  ];
}

function toAirlines(isNational: boolean, rows: readonly (readonly [string, string, number])[]): Airline[] {
  return rows.map(([name, code, flights]) => ({ name, code, flights, isNational }));
}

function toAirports(list: string): Airport[] {
  return list.split(',').map((text) => ({ code: text.slice(0, 4), city: text.slice(5) }));
}

function at<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new RangeError(`There are ${values.length} values, and none at ${index}.`);
  return value;
}
