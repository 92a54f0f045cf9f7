// What two worker threads give over one thread: `npm run bench:workers [MODEL] [ROUNDS]`. The two take turns.
import { atProcessExit } from '../src/adapters/system/process-exit.ts';
import { sliceFrame } from '../src/features/frame.ts';
import type { Session } from '../src/model/session.ts';
import { createInlineSession } from '../src/serving/inline-session.ts';
import { chooseRunner, rowsWithin, WORKER_RUN_MS } from '../src/serving/run-cost.ts';
import { createSessionPool } from '../src/serving/session-pool.ts';
import { median } from './median.ts';
import { openTreeModel, randomFrame } from './tree-model.ts';

const [, , modelName = 'forest-100', rounds = '11'] = process.argv;
const WORKERS = 2;
const ROUND_ROWS = 200_000;

const { session, plan, cost, readModel } = await openTreeModel(modelName);
const rssBefore = process.memoryUsage.rss();
const pool = await createSessionPool(readModel, { workers: WORKERS, logger: console, atExit: atProcessExit });
const rssOfWorker = (process.memoryUsage.rss() - rssBefore) / WORKERS;
const inline = createInlineSession(session, 0);
const rows = randomFrame(ROUND_ROWS);

interface Round {
  readonly rate: number;
  /** CPUs that this process kept busy: fewer than it has threads at work when others use the machine. */
  readonly cpus: number;
}

/** Scores all rows with so many runs at once. */
async function round(runner: Session, runRows: number, parallelRuns: number): Promise<Round> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  let next = 0;
  const scoreOn = async (): Promise<void> => {
    while (next < rows.rows) {
      const start = next;
      next += runRows;
      await runner.run(sliceFrame(rows, plan.inputs, start, Math.min(next, rows.rows)), plan);
    }
  };
  await Promise.all(Array.from({ length: parallelRuns }, scoreOn));
  const tookMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(startCpu);
  return { rate: (1000 * rows.rows) / tookMs, cpus: (user + system) / 1000 / tookMs };
}

const inlineRows = chooseRunner(cost).runRows;
const workerRows = rowsWithin(WORKER_RUN_MS, cost);
const done: { readonly one: Round; readonly two: Round }[] = [];
for (let count = 0; count <= Number(rounds); count += 1) {
  const one = await round(inline, inlineRows, 1);
  const two = await round(pool, workerRows, 2 * WORKERS); // the next run waits in the queue when a thread is done
  if (count > 0) done.push({ one, two }); // the first round warms up
}
console.log(`${modelName}: ${cost.batchMs.toFixed(2)} ms for 64 rows; median of ${done.length} rounds.\n`);
console.log('| how | rows a run | rows/s | CPUs busy |\n|---|---|---|---|');
for (const [name, runRows, of] of [
  ['one thread', inlineRows, done.map(({ one }) => one)],
  [`${WORKERS} workers`, workerRows, done.map(({ two }) => two)],
] as const) {
  const rate = Math.round(median(of.map((each) => each.rate)));
  console.log(`| ${name} | ${runRows} | ${rate} | ${median(of.map(({ cpus }) => cpus)).toFixed(2)} |`);
}
const ratios = done.map(({ one, two }) => two.rate / one.rate);
const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
console.log(`\nRatio ${median(ratios).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)}).`);
console.log(`A worker with its session takes ${(rssOfWorker / 2 ** 20).toFixed(0)} MiB.`);
await pool.release();
