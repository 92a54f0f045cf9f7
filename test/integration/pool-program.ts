// A process with a pool of sessions, for tests that are about the process: `pool-program.ts POOL MODE`, where
// POOL is the URL of the pool's module.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { atProcessExit } from '../../src/adapters/system/process-exit.ts';
import type { RunPlan } from '../../src/model/session.ts';

const [, , url = '', mode = ''] = process.argv;
const { createSessionPool } = (await import(url)) as typeof import('../../src/serving/session-pool.ts');
const path = join(import.meta.dirname, '../../model-files/flight-delay/model.onnx');
const fake = mode === 'exit' ? { entry: new URL('./fake-session-worker.ts', import.meta.url) } : {};
const logger = { log: (...line: readonly unknown[]) => console.log(...line) };
const parts = { workers: 2, logger, atExit: atProcessExit, ...fake };

const pool = await createSessionPool(() => readFile(path), parts);
const plan: RunPlan =
  mode === 'exit'
    ? { inputs: [], outputs: ['work'], oneByOne: false }
    : {
        inputs: [{ name: pool.inputs[0]?.name ?? '', type: 'float32', width: 37, rank: 2 }],
        outputs: ['label'],
        oneByOne: false,
      };
const run = pool.run({ rows: 2, data: [new Float32Array(2 * 37)] }, plan);

if (mode === 'exit') {
  const channel = new BroadcastChannel('runs');
  channel.onmessage = () => process.exit(0); // in the middle of the run
} else if (mode === 'run') {
  void run.then(([label]) => console.log(`${label?.dims}`)); // nothing else keeps the process alive
} else {
  const [label] = await run;
  console.log(`${label?.dims}`); // and the pool is left as it is, idle
}
