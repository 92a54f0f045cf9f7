import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is asked of a contender; each asks it in its own words. */
export type ScenarioName = 'form' | 'json' | 'columns' | 'rows';

/** One kind of request, the same for everyone. */
export interface Scenario {
  readonly title: string;
  /** Instances a request. */
  readonly instances: readonly Instance[];
  /** Labels that the answer must have, in the order of the instances. */
  readonly labels: readonly number[];
}

/** Features in the model's order, or values by column. */
export type Instance = readonly number[] | Readonly<Record<string, string | number>>;

const MANY = 64;

/** Grupo LATAM, international, July: the model says 1. */
const COLUMNS = { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 };
const FEATURES = [12, 23, 31].reduce(
  (features, place) => features.with(place, 1),
  new Array<number>(37).fill(0),
);

/** Rows whose labels the shipped model's golden file tells. */
interface Golden {
  readonly rows: readonly { readonly instance: Instance; readonly prediction: { readonly label: number } }[];
}

/** Scenarios by name, in the order in which they run. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  form: { title: 'a form with one array of features', instances: [FEATURES], labels: [1] },
  json: { title: 'JSON, one array of features', instances: [FEATURES], labels: [1] },
  columns: { title: 'JSON, one object by column', instances: [COLUMNS], labels: [1] },
  rows: { title: `JSON, ${MANY} arrays of features`, ...goldenRows(MANY) },
};

/** So many of the model's golden rows of features, again and again. */
function goldenRows(count: number): Pick<Scenario, 'instances' | 'labels'> {
  const file = join(import.meta.dirname, '../../model-files/flight-delay/golden.json');
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as Golden; // a file of ours, which tests check
  const arrays = rows.filter(({ instance }) => Array.isArray(instance));
  const chosen = Array.from({ length: count }, (_, row) => arrays[row % arrays.length]).filter(
    (row) => row !== undefined,
  );
  return {
    instances: chosen.map(({ instance }) => instance),
    labels: chosen.map(({ prediction }) => prediction.label),
  };
}
