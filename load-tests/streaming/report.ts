import { median } from '../../bench/median.ts';
import { percentile } from './latency.ts';
import type { Load, Round } from './round.ts';

/** The rounds of one load; those of the two took turns. */
export interface Results {
  readonly load: Load;
  readonly ours: readonly Round[];
  readonly rival: readonly Round[];
}

/** What one load gave, as Markdown. */
export function describeResults({ load, ours, rival }: Results): string {
  const { messages, rowsPerMessage, rate } = load;
  const title = `${messages} messages of ${rowsPerMessage === 1 ? 'one row' : `${rowsPerMessage} rows`}`;
  const pace = rate === undefined ? 'as fast as they are taken' : `${rate} a second`;
  const line = (name: string, of: (round: Round) => number, digits = 0) =>
    `| ${name} | ${spread(ours.map(of), digits)} | ${spread(rival.map(of), digits)} |`;
  const latency = [50, 90, 99].map((percent) =>
    line(`publish to output, p${percent}, ms`, ({ latenciesMs }) => percentile(latenciesMs, percent)),
  );
  const speed = [
    line('messages/s', ({ messagesPerSecond }) => messagesPerSecond),
    line('rows/s', ({ messagesPerSecond }) => messagesPerSecond * rowsPerMessage),
  ];
  return [
    `${title}, ${pace}; median (least to most) of ${ours.length} rounds:\n`,
    '| | scoring function | rival |\n|---|---|---|',
    ...(rate === undefined ? speed : latency),
    line('processor, seconds a round', ({ cpuSeconds }) => cpuSeconds, 2),
    line('memory (RSS), MiB', ({ rssBytes }) => rssBytes / 2 ** 20),
    '',
    ...(rate === undefined ? [describeRatio(ours, rival)] : []),
    ...[describeCheck('Scoring function', ours), describeCheck('Rival', rival)],
  ].join('\n');
}

/** How many times the rows a second messages of many rows give, against messages of one. */
export function describeGain(one: Results, many: Results): string {
  const gains = one.ours.map((round, index) => {
    const of = many.ours[index]?.messagesPerSecond ?? Number.NaN;
    return (of * many.load.rowsPerMessage) / round.messagesPerSecond;
  });
  return `Rows/s in messages of ${many.load.rowsPerMessage} rows against messages of one: ${spread(gains, 1)} times.`;
}

/** True when no row of ours was lost or got another value than is known. */
export function isSound({ ours }: Results): boolean {
  return ours.every(({ check }) => check.lost === 0 && check.wrong === 0);
}

function describeRatio(ours: readonly Round[], rival: readonly Round[]): string {
  const ratios = ours.map(
    ({ messagesPerSecond }, index) => messagesPerSecond / (rival[index]?.messagesPerSecond ?? Number.NaN),
  );
  return `Messages/s, function to rival, round by round: ${spread(ratios, 3)}.`;
}

function describeCheck(name: string, rounds: readonly Round[]): string {
  const sum = (of: 'lost' | 'duplicated' | 'wrong') =>
    rounds.reduce((total, { check }) => total + check[of], 0);
  return `${name}: ${sum('lost')} lost, ${sum('duplicated')} duplicated, ${sum('wrong')} wrong.`;
}

function spread(values: readonly number[], digits: number): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
    value.toFixed(digits),
  );
  return values.length === 1 ? `${middle}` : `${middle} (${least} to ${most})`;
}
