// Messages of many kinds, with what must come of each.

/** A message to publish. */
export interface TestMessage {
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether each of its rows can be scored; undefined when no row can be told apart. */
  readonly rows: readonly boolean[] | undefined;
}

const AIRLINES = ['Grupo LATAM', 'Sky Airline', 'K.L.M.'];

/** Makes the n-th message: one instance, several, lines, CSV, rows that are bad, and what nobody can decode. */
export function makeMessage(index: number): TestMessage {
  const kind = MAKERS[index % MAKERS.length];
  if (kind === undefined) throw new Error('there are kinds');
  return kind(index);
}

const good = (index: number): string =>
  `{"OPERA":"${AIRLINES[index % 3]}","TIPOVUELO":"I","MES":${(index % 12) + 1}}`;
const bad = (index: number): string => `{"OPERA":"nobody ${index}","TIPOVUELO":"I","MES":1}`;
const csv = (index: number): string => `${AIRLINES[index % 3]},N,${(index % 12) + 1}`;

const MAKERS: readonly ((index: number) => TestMessage)[] = [
  (index) => ({ data: good(index), attributes: {}, rows: [true] }),
  (index) => ({ data: bad(index), attributes: { team: 'a' }, rows: [false] }),
  (index) => ({
    data: `{"instances":[${good(index)},${bad(index)}, ${good(index + 1)}]}`,
    attributes: {},
    rows: [true, false, true],
  }),
  (index) => ({
    data: `${good(index)}\n{oops\n${good(index + 1)}\n`,
    attributes: { 'content-type': 'application/x-ndjson' },
    rows: [true, false, true],
  }),
  (index) => ({
    data: `OPERA,TIPOVUELO,MES\n${csv(index)}\n${csv(index + 1)}\nnobody,N,1\n`,
    attributes: { 'content-type': 'text/csv' },
    rows: [true, true, false],
  }),
  () => ({ data: 'oops', attributes: {}, rows: undefined }),
  (index) => ({ data: '', attributes: { only: `attributes ${index}` }, rows: undefined }),
];
