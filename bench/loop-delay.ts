// How long the event loop waits while four callers score batches: `npm run bench:loop-delay [MODEL] [ROUNDS]`.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { atProcessExit } from '../src/adapters/system/process-exit.ts';
import { sliceFrame } from '../src/features/frame.ts';
import type { Session } from '../src/model/session.ts';
import { createInlineSession } from '../src/serving/inline-session.ts';
import { chooseRunner, rowsWithin, WORKER_RUN_MS } from '../src/serving/run-cost.ts';
import { createSessionPool } from '../src/serving/session-pool.ts';
import { median } from './median.ts';
import { openTreeModel, randomFrame } from './tree-model.ts';

const [, , modelName = 'forest-500', rounds = '5'] = process.argv;
const CALLERS = 4;
const BATCH_OF_CALLER = 8192;
const ROUND_MS = 2000;

interface Round {
  readonly rate: number;
  /** Of the delays, in milliseconds; 1 of them is the monitor's own. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

interface Contender {
  readonly name: string;
  readonly session: Session;
  readonly runRows: number;
  readonly rounds: Round[];
}

const { session, plan, cost, readModel } = await openTreeModel(modelName);
const pool = await createSessionPool(readModel, { workers: 2, logger: console, atExit: atProcessExit });
const contender = (name: string, of: Session, runRows: number): Contender => ({
  name,
  session: of,
  runRows,
  rounds: [],
});
const contenders = [
  contender('as they come, 2048 rows', session, 2048),
  contender('inline', createInlineSession(session, 0), chooseRunner(cost).runRows),
  contender('2 workers', pool, rowsWithin(WORKER_RUN_MS, cost)),
];

/** Four callers score batch after batch, each piece by piece. */
async function round({ session: runner, runRows }: Contender): Promise<Round> {
  let rows = 0;
  const startMs = performance.now();
  const monitor = monitorEventLoopDelay({ resolution: 1 }); // one a round: it would count the time between two
  monitor.enable();
  const callers = Array.from({ length: CALLERS }, async () => {
    const batch = randomFrame(BATCH_OF_CALLER);
    for (let start = 0; performance.now() < startMs + ROUND_MS; start = (start + runRows) % batch.rows) {
      const end = Math.min(start + runRows, batch.rows);
      await runner.run(sliceFrame(batch, plan.inputs, start, end), plan);
      rows += end - start;
    }
  });
  await Promise.all(callers);
  monitor.disable();
  const [p50 = 0, p99 = 0] = [50, 99].map((percent) => monitor.percentile(percent) / 1e6);
  return { rate: (1000 * rows) / (performance.now() - startMs), p50, p99, max: monitor.max / 1e6 };
}

console.log(
  `${modelName}: ${cost.batchMs.toFixed(2)} ms for 64 rows, ${cost.oneRowMs.toFixed(3)} ms for one row.`,
);
for (let done = 0; done < Number(rounds); done += 1) {
  for (const each of contenders) each.rounds.push(await round(each));
}
console.log(`\nMedian of ${rounds} rounds, and the worst one's delay:\n`);
console.log(
  '| how | rows a run | rows/s | loop delay p50 | p99 | max | worst p99 |\n|---|---|---|---|---|---|---|',
);
for (const { name, runRows, rounds: each } of contenders) {
  const rate = Math.round(median(each.map((one) => one.rate)));
  const delays = (['p50', 'p99', 'max'] as const).map((key) => median(each.map((one) => one[key])));
  const shown = [...delays, Math.max(...each.map(({ p99 }) => p99))].map((ms) => `${ms.toFixed(1)} ms`);
  console.log(`| ${name} | ${runRows} | ${rate} | ${shown.join(' | ')} |`);
}
await pool.release();
