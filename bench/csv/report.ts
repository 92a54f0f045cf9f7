import { median } from '../median.ts';
import { isAgreement } from './agreement.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import type { Standing } from './rounds.ts';

/** What a comparison gave. */
export interface Results {
  readonly title: string;
  readonly rows: number;
  /** The first is ours. */
  readonly standings: readonly Standing[];
}

/** The tables of a comparison, as Markdown. */
export function describeResults({ title, rows, standings }: Results): string {
  const [ours, ...peers] = standings;
  if (ours === undefined) throw new Error(`${title} has no contenders.`);
  const whole = peers.filter(({ name }) => CONTENDERS[name].writes !== 'two');
  const two = peers.filter(({ name }) => CONTENDERS[name].writes === 'two');
  const parts = [`## ${title}`];
  if (whole.length > 0) parts.push(toTable(ours, whole, rows));
  if (two.length > 0) {
    parts.push(
      'Where the peers write label and probability alone, and Scorestream every column, as it always does (the same runs):',
      toTable(ours, two, rows),
    );
  }
  return [...parts, toAgreement(standings)].join('\n\n');
}

/** Whether every contender ran and, where it wrote something, predicted what we did. */
export function isSound({ standings }: Results): boolean {
  return standings.every(
    ({ failure, difference }) =>
      failure === undefined && (difference === undefined || isAgreement(difference)),
  );
}

function toTable(ours: Standing, peers: readonly Standing[], rows: number): string {
  const lines = [ours, ...peers].map((each) => {
    const { title }: Contender = CONTENDERS[each.name];
    if (each.failure !== undefined) return `| ${title} | not run: ${each.failure} | | |`;
    const rates = each.runs.map(({ seconds }) => rows / seconds / 1000);
    const peak = Math.max(...each.runs.map(({ rssMb }) => rssMb));
    return `| ${title} | ${toSpread(rates, 0)} | ${each === ours ? '' : toRatios(ours, each)} | ${peak.toFixed(0)} |`;
  });
  return ['| contender | k rows/s | Scorestream / it | peak RSS, MB |', '|---|---|---|---|', ...lines].join(
    '\n',
  );
}

/** How many times as fast we are, round by round. */
function toRatios(ours: Standing, peer: Standing): string {
  if (ours.failure !== undefined) return '';
  return toSpread(
    peer.runs.map(({ seconds }, round) => seconds / (ours.runs[round]?.seconds ?? Number.NaN)),
    2,
  );
}

function toSpread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const middle = median(values).toFixed(digits);
  return values.length === 1 ? middle : `${middle} [${least.toFixed(digits)}..${most.toFixed(digits)}]`;
}

function toAgreement(standings: readonly Standing[]): string {
  const compared = standings.filter(({ difference }) => difference !== undefined);
  if (compared.length === 0) return 'No outputs to compare.';
  const bad = compared.filter(({ difference }) => difference !== undefined && !isAgreement(difference));
  const most = Math.max(...compared.map(({ difference }) => difference?.probability ?? 0));
  if (bad.length === 0) {
    const names = compared.map(({ name }) => name).join(', ');
    return `Outputs of the first round agree with ours (${names}): all labels, and probabilities within ${toPower(most)}.`;
  }
  const said = bad.map(
    ({ name, difference }) =>
      `${name} (${difference?.labels} labels; probabilities by up to ${toPower(difference?.probability ?? Infinity)})`,
  );
  return `**Outputs differ from ours: ${said.join(', ')}.**`;
}

function toPower(difference: number): string {
  return difference === 0 ? '0' : difference.toExponential(0);
}
