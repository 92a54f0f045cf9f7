import { median } from '../median.ts';
import { CONTENDERS } from './contenders.ts';
import type { Measurement } from './load.ts';
import type { Standing } from './rounds.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { judge, TARGETS } from './targets.ts';

/** The share of the machine that others may have before a line says so. */
const QUIET = 0.05;

/** All tables, as Markdown: the scenarios' in their order, then the targets. */
export function describeResults(standings: readonly Standing[]): string {
  const scenarios = [...new Set(standings.map(({ scenario }) => scenario))];
  const tables = scenarios.map((name) =>
    toTable(
      name,
      standings.filter(({ scenario }) => scenario === name),
    ),
  );
  return [...tables, toTargets(standings), toNoise(standings)].join('\n\n');
}

/** Whether every contender ran in all rounds and answered rightly. */
export function isSound(standings: readonly Standing[]): boolean {
  return standings.every(
    ({ failure, runs }) => failure === undefined && runs.every(({ wrong }) => wrong === 0),
  );
}

/** The middle of some figures and, where there are several, the least and the most. */
export function toSpread(values: readonly number[], digits: number): string {
  const middle = median(values).toFixed(digits);
  if (values.length === 1) return middle;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${middle} [${least.toFixed(digits)}..${most.toFixed(digits)}]`;
}

function toTable(scenario: ScenarioName, standings: readonly Standing[]): string {
  const ours = standings.find(({ contender }) => contender === 'ours');
  const { title, instances } = SCENARIOS[scenario];
  const rows = standings.map((each) => toLine(each, each === ours ? undefined : ours, instances.length));
  const many = instances.length === 1 ? '' : ' rows/s |';
  return [
    `## ${title}`,
    '',
    `| contender | requests/s |${many} Scorestream / it | p50 ms | p99 ms | peak RSS, MB | CPU s a 1,000 requests | wrong answers |`,
    `|---|---|${many === '' ? '' : '---|'}---|---|---|---|---|---|`,
    ...rows,
  ].join('\n');
}

function toLine(
  { contender, runs, failure }: Standing,
  ours: Standing | undefined,
  instances: number,
): string {
  const { title } = CONTENDERS[contender];
  if (runs.length === 0) return `| ${title} | not run: ${failure?.split('\n', 1)[0] ?? 'no round'} |`;
  const pick = (figure: (run: Measurement) => number, digits: number): string =>
    toSpread(runs.map(figure), digits);
  const ratios = runs.flatMap((run, round) => {
    const other = ours?.runs[round];
    return other === undefined ? [] : [other.requestsPerSecond / run.requestsPerSecond];
  });
  return `| ${[
    title,
    pick(({ requestsPerSecond }) => requestsPerSecond, 0),
    ...(instances === 1 ? [] : [pick(({ requestsPerSecond }) => requestsPerSecond * instances, 0)]),
    ratios.length === 0 ? '' : toSpread(ratios, 2),
    pick(({ p50Ms }) => p50Ms, 2),
    pick(({ p99Ms }) => p99Ms, 2),
    Math.max(...runs.map(({ peakRssMb }) => peakRssMb)).toFixed(0),
    pick(({ cpuMsPerRequest }) => cpuMsPerRequest, 3),
    runs.reduce((sum, { wrong }) => sum + wrong, 0),
  ].join(' | ')} |`;
}

function toTargets(standings: readonly Standing[]): string {
  const lines = TARGETS.map((target) => {
    const { what, floor, goal, better, unit } = target;
    const [sign, figures] = [better === 'more' ? '≥' : '≤', target.figures(standings)];
    const bounds = `${sign} ${floor}${unit} | ${sign} ${goal}${unit}`;
    if (figures === undefined) return `| ${what} | ${bounds} | not measured | |`;
    const digits = unit === '×' ? 2 : 0;
    return `| ${what} | ${bounds} | ${toSpread(figures, digits)}${unit} | ${judge(target, figures)} |`;
  });
  return [
    '## Targets',
    '',
    '| what | floor | goal | measured | reached |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function toNoise(standings: readonly Standing[]): string {
  const shares = standings.flatMap(({ runs }) => runs.map(({ elsewhere }) => elsewhere));
  if (shares.length === 0) return 'Nothing was measured.';
  const loud = shares.filter((share) => share > QUIET).length;
  const [middle, most] = [median(shares), Math.max(...shares)].map(
    (share) => `${(share * 100).toFixed(1)} %`,
  );
  return `What neither a server nor wrk had of the machine's time, and which wasn't idle: ${middle} (median), ${most} at most; over ${QUIET * 100} % in ${loud} of ${shares.length} measurements.`;
}
