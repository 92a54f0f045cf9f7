// Messages of many kinds, with what must come of each.

/** A message to publish. */
export interface TestMessage {
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The instance of each of its rows as JSON, undefined where it can't be scored; undefined when no row can be told apart. */
  readonly rows: readonly (string | undefined)[] | undefined;
}

const AIRLINES = ['Grupo LATAM', 'Sky Airline', 'K.L.M.', 'Avianca', 'Air France'];

/** Makes the n-th message: one instance, several, lines, CSV, rows that are bad, and what nobody can decode. */
export function makeMessage(index: number): TestMessage {
  const kind = MAKERS[index % MAKERS.length];
  if (kind === undefined) throw new Error('there are kinds');
  return kind(index);
}

const good = (index: number): string => toInstance(index, 'I');
const bad = (index: number): string => `{"OPERA":"nobody ${index}","TIPOVUELO":"I","MES":1}`;
const csv = (index: number): string => `${airlineOf(index)},N,${monthOf(index)}`;

const MAKERS: readonly ((index: number) => TestMessage)[] = [
  (index) => ({ data: good(index), attributes: {}, rows: [good(index)] }),
  (index) => ({ data: bad(index), attributes: { team: 'a' }, rows: [undefined] }),
  (index) => ({
    data: `{"instances":[${good(index)},${bad(index)}, ${good(index + 1)}]}`,
    attributes: {},
    rows: [good(index), undefined, good(index + 1)],
  }),
  (index) => ({
    data: `${good(index)}\n{oops\n${good(index + 1)}\n`,
    attributes: { 'content-type': 'application/x-ndjson' },
    rows: [good(index), undefined, good(index + 1)],
  }),
  (index) => ({
    data: `OPERA,TIPOVUELO,MES\n${csv(index)}\n${csv(index + 1)}\nnobody,N,1\n`,
    attributes: { 'content-type': 'text/csv' },
    rows: [toInstance(index, 'N'), toInstance(index + 1, 'N'), undefined],
  }),
  () => ({ data: 'oops', attributes: {}, rows: undefined }),
  (index) => ({ data: '', attributes: { only: `attributes ${index}` }, rows: undefined }),
];

function toInstance(index: number, flight: 'I' | 'N'): string {
  return `{"OPERA":"${airlineOf(index)}","TIPOVUELO":"${flight}","MES":${monthOf(index)}}`;
}

function airlineOf(index: number): string {
  return AIRLINES[index % AIRLINES.length] ?? '';
}

function monthOf(index: number): number {
  return (index % 12) + 1;
}
