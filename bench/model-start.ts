// From import to the first prediction of the flight-delay model: as it is loaded here, and by a bare script, in
// fresh processes that take turns. Both are joined from their modules as the deployed code is.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { joinModules } from '../scripts/join-modules.ts';
import { median } from './median.ts';

const root = join(import.meta.dirname, '..');
const built = join(root, '.cache/bench-model-start');
const TARGET = 1.5;
const rounds = Number(process.argv[2] ?? 25);

rmSync(built, { recursive: true, force: true });
await joinModules(
  {
    bare: join(import.meta.dirname, 'model-start/bare.ts'),
    ours: join(import.meta.dirname, 'model-start/ours.ts'),
  },
  built,
);

function measure(name: 'bare' | 'ours'): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(built, `${name}.js`)], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

const bare: number[] = [];
const ours: number[] = [];
for (const name of ['bare', 'ours'] as const) measure(name); // files are in the page cache by now
for (let round = 0; round < rounds; round += 1) {
  bare.push(measure('bare'));
  ours.push(measure('ours'));
}

const ratio = median(ours) / median(bare);
console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} CPUs, Node ${process.version}: ${rounds} rounds in turns`,
);
console.log(`bare script              ${median(bare).toFixed(1)} ms`);
console.log(`manifest to prediction   ${median(ours).toFixed(1)} ms`);
console.log(`ratio: ${ratio.toFixed(2)} (target: ${TARGET} or less)`);
process.exitCode = ratio <= TARGET ? 0 : 1;
