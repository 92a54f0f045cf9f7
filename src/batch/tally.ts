import { toLabelText } from '../encode/number.ts';
import { describeProblem, type RowFailure } from '../errors.ts';
import type { Label, OutputKind, Predictions } from '../model/predictions.ts';
import {
  createRangeCounter,
  createUnitCounter,
  type Histogram,
  type HistogramCounter,
  mergeHistograms,
} from './histogram.ts';
import { createProblemCounter, mergeProblems, type ProblemCount } from './problem-count.ts';

/** Labels that are told apart; rows of further ones are counted together. No classifier has so many. */
const MAX_LABELS = 10_000;

/** Targets of a regression that get a histogram: the first ones. */
const MAX_HISTOGRAMS = 8;

/** How often a model gave a label. */
export interface LabelCount {
  /** As text; empty for a number that is none. */
  readonly label: string;
  readonly rows: number;
}

/** What scoring some rows came to: plain data, which passes between threads. */
export interface Tally {
  readonly scored: number;
  readonly failed: number;
  /** Of probabilities, of scores, or of each target (the first 8); none for a model that gives labels alone. */
  readonly histograms: readonly Histogram[];
  /** The most frequent first. */
  readonly labels: readonly LabelCount[];
  /** Rows of further labels, after the first 10,000. */
  readonly otherLabels: number;
  /** Failed rows by what is wrong with them: a row counts once for each of its codes. The most frequent first. */
  readonly codes: readonly ProblemCount[];
  /** Failed rows by column: a row counts once for each column that is bad. The most frequent first. */
  readonly columns: readonly ProblemCount[];
}

/** Counts rows as they are scored. */
export interface TallyCounter {
  scored(predictions: Predictions): void;
  /** @param line the physical line on which the row begins, from 1 */
  failed(line: number, failure: RowFailure): void;
  /** What came so far. */
  result(): Tally;
}

/** Creates a {@link TallyCounter}. @param source the file's name, as examples of bad rows tell it */
export function createTally(source: string): TallyCounter {
  const labels = new Map<Label, number>();
  const codes = createProblemCounter(source);
  const columns = createProblemCounter(source);
  let series: readonly Series[] | undefined;
  let [scored, failed, otherLabels] = [0, 0, 0];

  function countLabels(given: readonly Label[]): void {
    for (const label of given) {
      const rows = labels.get(label);
      if (rows === undefined && labels.size >= MAX_LABELS) otherLabels += 1;
      else labels.set(label, (rows ?? 0) + 1);
    }
  }

  return {
    scored(predictions) {
      series ??= toSeries(predictions.kind);
      scored += predictions.rows;
      countLabels(predictions.labels);
      for (const { counter, member, offset, stride } of series) {
        counter.add(predictions[member], offset, stride);
      }
    },
    failed(line, { problems }) {
      failed += 1;
      const isAlone = problems.length === 1;
      const [seenCodes, seenColumns] = [new Set<string>(), new Set<string>()];
      for (const problem of problems) {
        const { code, column = problem.feature } = problem;
        const describe = (): string => describeProblem(problem);
        if (isAlone || isNew(seenCodes, code)) codes.count(code, line, describe);
        if (column === undefined) continue;
        if (isAlone || isNew(seenColumns, column)) columns.count(column, line, describe);
      }
    },
    result: () => ({
      scored,
      failed,
      histograms: (series ?? []).map(({ counter }) => counter.result()),
      labels: sortLabels([...labels].map(([label, rows]) => ({ label: toLabelText(label) ?? '', rows }))),
      otherLabels,
      codes: codes.result(),
      columns: columns.result(),
    }),
  };
}

/** Two tallies of one model's rows as one: what a single counter would have made of them all. */
export function mergeTallies(a: Tally, b: Tally): Tally {
  const rows = new Map<string, number>();
  for (const each of [...a.labels, ...b.labels]) {
    rows.set(each.label, (rows.get(each.label) ?? 0) + each.rows);
  }
  const labels = sortLabels([...rows].map(([label, count]) => ({ label, rows: count })));
  const over = labels.slice(MAX_LABELS).reduce((sum, each) => sum + each.rows, 0);
  return {
    scored: a.scored + b.scored,
    failed: a.failed + b.failed,
    histograms: mergeSeries(a.histograms, b.histograms),
    labels: labels.slice(0, MAX_LABELS),
    otherLabels: a.otherLabels + b.otherLabels + over,
    codes: mergeProblems(a.codes, b.codes),
    columns: mergeProblems(a.columns, b.columns),
  };
}

function isNew(seen: Set<string>, name: string): boolean {
  return seen.size < seen.add(name).size;
}

/** One kind of value that gets a histogram, and where predictions hold it. */
interface Series {
  readonly counter: HistogramCounter;
  readonly member: 'probability' | 'score' | 'values';
  readonly offset: number;
  readonly stride: number;
}

function toSeries(kind: OutputKind): readonly Series[] {
  switch (kind.kind) {
    case 'probabilities':
      return [{ counter: createUnitCounter('probability'), member: 'probability', offset: 0, stride: 1 }];
    case 'scores':
    case 'anomaly':
      return [{ counter: createRangeCounter('score'), member: 'score', offset: 0, stride: 1 }];
    case 'label':
      return [];
    case 'values': {
      const { targets } = kind;
      return targets.slice(0, MAX_HISTOGRAMS).map((target, offset) => ({
        counter: createRangeCounter(targets.length === 1 ? 'value' : target),
        member: 'values',
        offset,
        stride: targets.length,
      }));
    }
  }
}

/** One model's histograms are in one order; a tally without scored rows has none. */
function mergeSeries(a: readonly Histogram[], b: readonly Histogram[]): readonly Histogram[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  return a.map((each, index) => {
    const other = b[index];
    return other === undefined ? each : mergeHistograms(each, other);
  });
}

function sortLabels(labels: readonly LabelCount[]): readonly LabelCount[] {
  return labels.toSorted((a, b) => b.rows - a.rows || (a.label < b.label ? -1 : 1));
}
