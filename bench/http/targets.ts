import { median } from '../median.ts';
import type { ContenderName } from './contenders.ts';
import type { Measurement } from './load.ts';
import type { Standing } from './rounds.ts';
import type { ScenarioName } from './scenarios.ts';

/** What we want to reach against others in the same run. */
export interface Target {
  readonly what: string;
  /** What must be reached, and what is aimed at. */
  readonly floor: number;
  readonly goal: number;
  /** Whether the figure should be large or small. */
  readonly better: 'more' | 'less';
  /** Written after each figure. */
  readonly unit: '×' | ' MB';
  /** The figure of each round; undefined where a contender or scenario didn't run. */
  figures(standings: readonly Standing[]): readonly number[] | undefined;
}

/** One process each, as we are, and as all of them run in a container of one CPU. */
const FASTAPI = ['fastapi-1'] as const;
const FLASK = ['flask-1'] as const;

/** All of them. */
export const TARGETS: readonly Target[] = [
  toRatio('single JSON predictions, requests/s, against FastAPI', 'json', FASTAPI, 6, 9),
  toRatio('the same against the bare node:http echo', 'json', ['echo'], 0.8, 0.95),
  toRatio("form predictions, requests/s, against the original's stack", 'form', FLASK, 15, 25),
  {
    ...{ what: 'p99 of single JSON predictions against FastAPI', floor: 1, goal: 0.25 },
    ...{ better: 'less', unit: '×' },
    figures: (standings) => divide(standings, 'json', FASTAPI, ({ p99Ms }) => p99Ms, 'less'),
  },
  toRatio('64 instances a request, rows/s, against FastAPI', 'rows', FASTAPI, 4, 8),
  {
    ...{ what: 'single predictions by column against arrays, requests/s', floor: 0.8, goal: 0.9 },
    ...{ better: 'more', unit: '×' },
    figures(standings) {
      const [columns, arrays] = [find(standings, 'columns', 'ours'), find(standings, 'json', 'ours')];
      return pair(columns, arrays, toRate);
    },
  },
  {
    ...{ what: 'memory under load of single predictions', floor: 160, goal: 120 },
    ...{ better: 'less', unit: ' MB' },
    figures(standings) {
      const ours = standings.filter(
        ({ contender, scenario, runs }) => contender === 'ours' && scenario !== 'rows' && runs.length > 0,
      );
      const [first] = ours;
      return first?.runs.map((_, round) => Math.max(...ours.map(({ runs }) => runs[round]?.peakRssMb ?? 0)));
    },
  },
];

/** What a median says of a target. */
export function judge(
  { floor, goal, better }: Target,
  figures: readonly number[],
): 'goal' | 'floor' | 'missed' {
  const figure = median(figures);
  const reaches = (bound: number): boolean => (better === 'more' ? figure >= bound : figure <= bound);
  if (reaches(goal)) return 'goal';
  return reaches(floor) ? 'floor' : 'missed';
}

function toRatio(
  what: string,
  scenario: ScenarioName,
  peers: readonly ContenderName[],
  floor: number,
  goal: number,
): Target {
  return {
    ...{ what, floor, goal, better: 'more', unit: '×' },
    figures: (standings) => divide(standings, scenario, peers, toRate, 'more'),
  };
}

function toRate({ requestsPerSecond }: Measurement): number {
  return requestsPerSecond;
}

/** Ours by the best of the peers, round by round. */
function divide(
  standings: readonly Standing[],
  scenario: ScenarioName,
  peers: readonly ContenderName[],
  figure: (run: Measurement) => number,
  better: Target['better'],
): readonly number[] | undefined {
  const sign = better === 'more' ? -1 : 1;
  const [best] = peers
    .map((peer) => find(standings, scenario, peer))
    .filter((standing) => standing !== undefined)
    .toSorted((a, b) => sign * (median(a.runs.map(figure)) - median(b.runs.map(figure))));
  return pair(find(standings, scenario, 'ours'), best, figure);
}

function pair(
  ours: Standing | undefined,
  peer: Standing | undefined,
  figure: (run: Measurement) => number,
): readonly number[] | undefined {
  if (ours === undefined || peer === undefined) return undefined;
  const rounds = ours.runs.flatMap((run, round) => {
    const other = peer.runs[round];
    return other === undefined ? [] : [figure(run) / figure(other)];
  });
  return rounds.length === 0 ? undefined : rounds;
}

function find(
  standings: readonly Standing[],
  scenario: ScenarioName,
  contender: ContenderName,
): Standing | undefined {
  return standings.find(
    (each) => each.scenario === scenario && each.contender === contender && each.runs.length > 0,
  );
}
